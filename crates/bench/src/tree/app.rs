/// An app, of whichever kind.
pub(super) struct App {
    /// Its API name; the label is the same with spaces for `_`.
    pub(super) name: String,
    /// Its flaw, if it has one.
    pub(super) flaw: Option<Flaw>,
    /// Whom it is assigned to.
    pub(super) grants: Grants,
}

/// Whom an app is assigned to, in the names that a connected app uses.
#[derive(Default)]
pub(super) struct Grants {
    /// Labels.
    pub(super) permission_sets: Vec<String>,
    /// Names in Setup.
    pub(super) profiles: Vec<String>,
}

impl App {
    pub(super) fn new(name: String, flaw: Option<Flaw>, grants: Grants) -> Self {
        Self { name, flaw, grants }
    }

    /// True if it has this flaw.
    pub(super) fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    pub(super) fn label(&self) -> String {
        self.name.replace('_', " ")
    }
}

/// One thing that is wrong with an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Pre-authorized, and assigned to nobody.
    Unassigned,
    /// Assigned to a permission set that there is none of.
    UnknownGrant,
    /// IP restrictions are enforced, and the profile that it is assigned to has no login IP ranges.
    WithoutRanges,
    /// Any user may authorize it.
    SelfAuthorized,
    /// It asks for full access.
    FullAccess,
    /// Its refresh tokens are valid until they are revoked.
    NeverExpires,
    /// It relaxes IP restrictions, and nothing says why.
    Relaxed,
    /// It sends users back over an unencrypted connection.
    InsecureCallback,
    /// The client credentials flow has no user to run as.
    WithoutRunAsUser,
}

impl Flaw {
    /// Every flaw there is.
    pub const ALL: [Self; 9] = [
        Self::Unassigned,
        Self::UnknownGrant,
        Self::WithoutRanges,
        Self::SelfAuthorized,
        Self::FullAccess,
        Self::NeverExpires,
        Self::Relaxed,
        Self::InsecureCallback,
        Self::WithoutRunAsUser,
    ];

    /// Those that do not need the file of an external client app that must not be in source control.
    pub(super) const OF_EXTERNAL_CLIENT_APPS: [Self; 6] = [
        Self::Unassigned,
        Self::UnknownGrant,
        Self::SelfAuthorized,
        Self::FullAccess,
        Self::NeverExpires,
        Self::Relaxed,
    ];

    /// One flaw after another for every second app, beginning with the first.
    pub(super) fn dealt(of: &[Self]) -> impl Iterator<Item = Option<Self>> {
        of.iter().cycle().flat_map(|flaw| [Some(*flaw), None])
    }

    /// The policy that reports it.
    pub fn policy(self) -> &'static str {
        match self {
            Self::Unassigned => "preauthorized-unassigned",
            Self::UnknownGrant => "grant-unresolved",
            Self::WithoutRanges => "ip-enforced-without-ranges",
            Self::SelfAuthorized => "self-authorize",
            Self::FullAccess => "scope-full",
            Self::NeverExpires => "refresh-token-never-expires",
            Self::Relaxed => "ip-relaxation-unjustified",
            Self::InsecureCallback => "callback-insecure",
            Self::WithoutRunAsUser => "client-credentials-without-user",
        }
    }

    /// True if it takes every profile and permission set to know it.
    pub(crate) fn needs_everybody(self) -> bool {
        matches!(self, Self::UnknownGrant | Self::WithoutRanges)
    }
}
