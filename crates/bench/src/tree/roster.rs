use fastrand::Rng;

use super::{
    Size,
    app::{App, Flaw, Grants},
    company::pairs,
};

/// Who is in the org, and which apps they may use.
pub(super) struct Roster {
    pub(super) profiles: Vec<Profile>,
    /// The labels of the permission sets; each has as its API name the label with `_` for spaces.
    pub(super) permission_sets: Vec<String>,
    /// The permission sets, by API name, that each permission set group holds.
    pub(super) groups: Vec<Vec<String>>,
    pub(super) connected_apps: Vec<App>,
    pub(super) external_client_apps: Vec<App>,
}

/// A profile.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The name that its file has.
    pub(super) file: String,
    /// The name that Setup shows.
    pub(super) name: String,
    /// The last byte of the first address of its login IP ranges.
    pub(super) range: Option<u8>,
    /// Lightning apps that it sees because they happen to be called as connected apps are.
    pub(super) namesakes: Vec<String>,
}

impl Profile {
    /// A custom profile of a name, with login IP ranges.
    pub fn named(name: &str) -> Self {
        Self { file: name.to_owned(), name: name.to_owned(), range: Some(0), namesakes: Vec::new() }
    }

    fn all(rng: &mut Rng, count: usize) -> Vec<Self> {
        let standard = [("Admin", "System Administrator"), ("Standard", "Standard User")];
        let standard = standard.into_iter().map(|(file, name)| (file.to_owned(), name.to_owned()));
        let custom = pairs(rng).into_iter().map(|name| name.replace('_', " ") + " Desk");
        let names = standard.chain(custom.map(|name| (name.clone(), name)));
        let of = |(index, (file, name)): (usize, _)| {
            // Every third one, and the Standard User among them.
            let range = (index % 3 == 1).then(|| u8::try_from(index % 16 * 16).unwrap_or_default());
            Self { file, name, range, namesakes: Vec::new() }
        };
        names.take(count).enumerate().map(of).collect()
    }
}

impl Roster {
    /// The roster of a tree.
    pub(super) fn new(rng: &mut Rng, size: Size) -> Self {
        let mut profiles = Profile::all(rng, size.profiles);
        let roles = ["Agents", "Auditors", "Clerks", "Integration"];
        let labels = roles.iter().flat_map(|role| {
            pairs(rng).into_iter().map(move |name| format!("{} {role}", name.replace('_', " ")))
        });
        let mut permission_sets: Vec<String> = labels.collect();
        rng.shuffle(&mut permission_sets);
        permission_sets.truncate(size.permission_sets);
        let api_name = |label: &String| label.replace(' ', "_");
        let groups = (0..(size.permission_sets / 20).max(1))
            .map(|_| (0..4).map(|_| api_name(any(rng, &permission_sets))).collect())
            .collect();

        let mut names = pairs(rng).into_iter();
        let connected_apps: Vec<App> = (&mut names)
            .take(size.connected_apps)
            .zip(Flaw::dealt(&Flaw::ALL))
            .map(|(name, flaw)| App::new(name, flaw, grants(rng, flaw, &profiles, &permission_sets)))
            .collect();
        let external_client_apps = names
            .take(size.external_client_apps)
            .zip(Flaw::dealt(&Flaw::OF_EXTERNAL_CLIENT_APPS))
            .map(|(name, flaw)| App::new(name, flaw, grants(rng, flaw, &profiles, &permission_sets)))
            .collect();
        for profile in profiles.iter_mut().skip(2).step_by(5) {
            profile.namesakes.push(any(rng, &connected_apps).name.clone());
        }
        Self { profiles, permission_sets, groups, connected_apps, external_client_apps }
    }
}

/// Whom an app is assigned to.
fn grants(rng: &mut Rng, flaw: Option<Flaw>, profiles: &[Profile], permission_sets: &[String]) -> Grants {
    let some_profile = |rng: &mut Rng, with_ranges: bool| {
        let fit: Vec<&Profile> = profiles
            .iter()
            .filter(|profile| profile.range.is_some() == with_ranges && profile.file != "Admin")
            .collect();
        vec![any(rng, &fit).name.clone()]
    };
    match flaw {
        Some(Flaw::Unassigned | Flaw::SelfAuthorized) => Grants::default(),
        Some(Flaw::UnknownGrant) => {
            let gone = format!("Decommissioned vendor access {}", rng.u16(1_000..));
            Grants { permission_sets: vec![gone], profiles: Vec::new() }
        }
        Some(Flaw::WithoutRanges) => {
            Grants { permission_sets: Vec::new(), profiles: some_profile(rng, false) }
        }
        _ if rng.u8(..4) == 0 => Grants { permission_sets: Vec::new(), profiles: some_profile(rng, true) },
        _ => Grants { permission_sets: vec![any(rng, permission_sets).clone()], profiles: Vec::new() },
    }
}

fn any<'a, T>(rng: &mut Rng, of: &'a [T]) -> &'a T {
    &of[rng.usize(..of.len())]
}
