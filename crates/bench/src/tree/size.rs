use serde::{Deserialize, Serialize};

/// The size of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Connected apps.
    pub connected_apps: usize,
    /// External client apps, of three files each.
    pub external_client_apps: usize,
    /// Profiles, each with about `profile_bytes`.
    pub profiles: usize,
    /// Bytes.
    pub profile_bytes: usize,
    /// Permission sets, each with about `permission_set_bytes`.
    pub permission_sets: usize,
    /// Bytes.
    pub permission_set_bytes: usize,
    /// Files of other metadata types, which a walk passes and nobody reads.
    pub others: usize,
    /// Files in `node_modules`, which a walk does not enter.
    pub node_modules: usize,
}

impl Size {
    /// The sizes that have a name: `tiny` is for tests, `gate` for counting the instructions that bytes
    /// take, with few apps to judge, and `S`, `M` and `L` are a
    /// young org, one of some years, and one of a large company.
    pub const NAMED: [(&str, Self); 5] = [
        ("tiny", Self::new([18, 12], [6, 40_000], [10, 4_000], [60, 10])),
        ("gate", Self::new([4, 1], [12, 1_000_000], [40, 50_000], [300, 50])),
        ("S", Self::new([20, 5], [10, 50_000], [50, 4_000], [200, 50])),
        ("M", Self::new([100, 20], [60, 1_000_000], [600, 50_000], [5_000, 2_000])),
        ("L", Self::new([500, 100], [200, 4_000_000], [3_000, 60_000], [20_000, 10_000])),
    ];

    const fn new(
        [connected_apps, external_client_apps]: [usize; 2],
        [profiles, profile_bytes]: [usize; 2],
        [permission_sets, permission_set_bytes]: [usize; 2],
        [others, node_modules]: [usize; 2],
    ) -> Self {
        Self {
            connected_apps,
            external_client_apps,
            profiles,
            profile_bytes,
            permission_sets,
            permission_set_bytes,
            others,
            node_modules,
        }
    }

    /// The size of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMED.iter().find(|(known, _)| *known == name).map(|(_, size)| *size)
    }
}
