//! Profiles and permission sets: who can be granted an app, and what that is worth.

use std::{collections::BTreeMap, sync::Arc};

use preauth_source::{ArcStr, Location, literal};

use crate::{
    COMPONENT, ComponentAttribute, Fact, FactState, Facts, FileFacts, Kind, Project, Value,
    codec::read::ComponentFiles,
    cores::on_all_cores,
    file::demand::LOGIN_HOURS,
    org::components::is_standard_profile,
    schema::components::{LOGIN_IP_RANGES, PERMISSIONS, rows},
};

/// A profile, permission set, permission set group or muting permission set, however many files it is kept in.
#[derive(Clone, Debug)]
pub struct Component {
    /// Its kind.
    pub kind: Kind,
    /// Its API name, as the file name gives it.
    pub name: ArcStr,
    /// The place that stands for it.
    pub home: Location,
    /// Its files, the main one first.
    pub files: Vec<Arc<FileFacts>>,
    /// Its facts.
    pub facts: Facts,
    /// The home of the file that counts if several files define a permission set, in different package directories: the
    /// one that is deployed last.
    pub deployed_last: Option<Location>,
    /// True if several files of a profile have different login IP ranges: it is not known whether these add up.
    pub login_ranges_differ: bool,
}

impl Component {
    /// All components of the tree, by kind and name. Two files of one name are one component: a deployment adds the
    /// files of a profile to each other.
    pub(crate) fn all(
        files: &BTreeMap<preauth_source::FilePath, Arc<FileFacts>>,
        project: &Project,
    ) -> Vec<Self> {
        let mut families: BTreeMap<(Kind, ArcStr), Vec<Arc<FileFacts>>> = BTreeMap::new();
        for file in files.values() {
            if let Some(name) = Self::named_by(file) {
                families.entry(name).or_default().push(file.clone());
            }
        }
        on_all_cores(families.into_iter().collect(), |((kind, name), mut files)| {
            files.sort_by_key(|file| (file.kind != kind, !file.judged));
            files.shrink_to_fit();
            Self::new(kind, name, files, project)
        })
    }

    /// The kind and name of the component that a file is a part of.
    pub(crate) fn named_by(file: &FileFacts) -> Option<(Kind, ArcStr)> {
        match file.kind {
            Kind::Profile | Kind::PermissionSet | Kind::PermissionSetGroup | Kind::MutingPermissionSet => {
                Some((file.kind, file.stem.clone()))
            }
            Kind::PermissionSetUserPermission => Some((Kind::PermissionSet, owner(file))),
            _ => None,
        }
    }

    pub(crate) fn new(kind: Kind, name: ArcStr, files: Vec<Arc<FileFacts>>, project: &Project) -> Self {
        let home = files[0].home();
        let mut deployed: Vec<_> = files.iter().filter(|file| file.judged).cloned().collect();
        if deployed.is_empty() {
            deployed.clone_from(&files);
        }
        let is_set = kind == Kind::PermissionSet;
        let deployed_last = is_set.then(|| last_permission_set(&mut deployed, project)).flatten();
        let files_read = ComponentFiles { files: &deployed, home: &home, project };
        let mut facts = Facts::with_capacity(COMPONENT.len() + MEMBERS.len());
        let mut login_ranges_differ = false;
        for ComponentAttribute { def, column, .. } in rows(kind) {
            let mut fact = files_read.read(def.ty, column);
            // A retrieve always brings user permissions and login ranges together: a profile without the one
            // says nothing about the other.
            let is_stub = || facts.get(PERMISSIONS.name).is_some_and(|fact| fact.value().is_none());
            if def.name == LOGIN_IP_RANGES.name {
                login_ranges_differ = files_read.state_differently(&column.elements[0]);
            }
            if def.name == LOGIN_IP_RANGES.name && fact.stated().is_none() && is_stub() {
                let why = literal!("the profile's user permissions are not in the source");
                fact = Fact::new(FactState::Unknown(why), home.clone());
            }
            if kind == Kind::PermissionSet && def.name == PERMISSIONS.name {
                fact = with_single_permissions(fact, &deployed);
            }
            facts.insert(def.name, fact);
        }
        facts.insert("name", Fact::present(Value::Text(name.clone()), home.clone()));
        let word = match kind {
            Kind::Profile => "profile",
            Kind::PermissionSetGroup => "permissionSetGroup",
            Kind::MutingPermissionSet => "mutingPermissionSet",
            _ => "permissionSet",
        };
        facts.insert("kind", Fact::present(Value::word(word), home.clone()));
        let state = FactState::NotApplicable(literal!("that kind has no such attribute"));
        let inapplicable = Fact::new(state, home.clone());
        let comes_later = |name: &str| kind == Kind::PermissionSetGroup && name == PERMISSIONS.name;
        for name in COMPONENT.iter().map(|def| def.name) {
            if facts.get(name).is_none() && !comes_later(name) {
                facts.insert(name, inapplicable.clone());
            }
        }
        Self { kind, name, home, files, facts, deployed_last, login_ranges_differ }
    }

    /// Returns the places that close some hours of a day for the users of a profile.
    pub fn closed_hours(&self) -> Vec<Location> {
        let closes = |path: &str, minutes: &str| match path.ends_with("Start") {
            true => minutes != "0",
            false => minutes != "1440",
        };
        let mut places = Vec::new();
        for file in self.files.iter().filter(|file| file.kind == Kind::Profile) {
            let all =
                LOGIN_HOURS.iter().flat_map(|path| file.found(path).iter().map(move |found| (path, found)));
            let closing = all.filter(|(path, found)| !found.is_empty() && closes(path, found.text()));
            places.extend(closing.map(|(_, found)| file.at(found.range())));
        }
        places
    }

    /// The name that Setup shows: the label, where the kind has one.
    pub fn label(&self) -> Option<&ArcStr> {
        match self.facts.get("label")?.value()? {
            Value::Text(label) => Some(label),
            _ => None,
        }
    }

    /// The labels by which a grant can name it: those of all its main files, if it is a permission set or a group.
    pub(crate) fn labels(&self) -> impl Iterator<Item = &ArcStr> {
        let labelled = |kind: Kind| matches!(kind, Kind::PermissionSet | Kind::PermissionSetGroup);
        let files = self.files.iter().filter(move |file| labelled(file.kind));
        files.filter_map(|file| file.text_of("label"))
    }

    /// True if all its files could be read, so that a name that does not match it is known not to.
    pub fn is_readable(&self) -> bool {
        let labelled = self.kind != Kind::PermissionSet || self.labels().next().is_some();
        labelled && self.files.iter().all(|file| file.is_well_formed())
    }
}

/// The attributes that list the sets of a group.
const MEMBERS: [(&str, Kind); 2] =
    [("permissionSets", Kind::PermissionSet), ("mutingPermissionSets", Kind::MutingPermissionSet)];

/// The names that a component has under an attribute.
fn names<'c>(component: &'c Component, attribute: &str) -> &'c [Fact] {
    let names = component.facts.get(attribute);
    names.and_then(Fact::value).and_then(Value::as_list).unwrap_or_default()
}

impl Component {
    /// True for a profile that every org has, which cannot be deleted.
    pub fn is_standard_profile(&self) -> bool {
        self.kind == Kind::Profile && is_standard_profile(&self.name)
    }

    /// What a permission set group gives its members, from the sets of its names. What one of them gives is
    /// unknown when the set is not in the source; and so is all of it when a muting set is not, since that may take it
    /// away.
    pub(crate) fn of_members<'c>(&self, set: impl Fn(Kind, &str) -> Option<&'c Self>) -> Fact {
        let listed = |(attribute, kind): (&str, Kind)| -> Vec<Fact> {
            if let Some(unknown) = self.facts.get(attribute).filter(|names| names.value().is_none()) {
                return vec![unknown.clone()];
            }
            let permissions = |named: &Fact| -> Vec<Fact> {
                let name = named.value().and_then(Value::as_text).unwrap_or_default();
                let given = set(kind, name).and_then(|set| set.facts.get(PERMISSIONS.name));
                match given.and_then(Fact::value).and_then(Value::as_list) {
                    Some(items) => items.to_vec(),
                    None => {
                        let why = format!("the {} `{name}` is not in the source", kind.name());
                        vec![Fact { state: FactState::Unknown(why.into()), places: named.places.clone() }]
                    }
                }
            };
            names(self, attribute).iter().flat_map(permissions).collect()
        };
        let [given, muted] = MEMBERS.map(listed);
        let taken =
            |item: &Fact| muted.iter().any(|muted| muted.value().is_some() && muted.value() == item.value());
        let unknown = muted.iter().find(|muted| muted.value().is_none());
        let items = given.into_iter().filter(|item| !taken(item)).map(|item| match unknown {
            Some(unknown) => Fact { state: unknown.state.clone(), places: item.places },
            None => item,
        });
        Fact::present(Value::List(items.collect()), self.home.clone())
    }

    /// Adds to a permission set group what it gives its members.
    pub(crate) fn give(&mut self, permissions: Fact) {
        self.facts.insert(PERMISSIONS.name, permissions);
    }
}

/// Moves the permission set file that is deployed last to the front, and returns its home. `None` if there is only one, or
/// it is not known which is the last.
fn last_permission_set(files: &mut [Arc<FileFacts>], project: &Project) -> Option<Location> {
    let order = |file: &Arc<FileFacts>| {
        let folders = project.source_folders.iter().enumerate();
        let inside = folders.filter(|(_, folder)| file.path.is_within(&folder.path));
        inside.max_by_key(|(_, folder)| folder.path.len()).map(|(index, _)| index)
    };
    files.sort_by_key(|file| (file.kind != Kind::PermissionSet, std::cmp::Reverse(order(file))));
    let sets = files.iter().take_while(|file| file.kind == Kind::PermissionSet);
    match sets.take(2).collect::<Vec<_>>()[..] {
        [last, other] if order(last) != order(other) => Some(last.home()),
        _ => None,
    }
}

/// The permission set that a decomposed file belongs to: the folder it is in, or the one above `userPermissions`.
fn owner(file: &FileFacts) -> ArcStr {
    let folder = file.path.folder();
    let folder = folder.strip_suffix("/userPermissions").unwrap_or(folder);
    folder.rsplit_once('/').map_or(folder, |(_, name)| name).into()
}

/// Adds what the older preset keeps in one file for each permission.
fn with_single_permissions(fact: Fact, files: &[Arc<FileFacts>]) -> Fact {
    let single: Vec<Fact> = files
        .iter()
        .filter(|file| file.kind == Kind::PermissionSetUserPermission)
        .filter(|file| file.text_of("enabled").is_some_and(|on| &**on == "true"))
        .filter_map(|file| {
            let name = file.found("name").first()?;
            Some(Fact::present(Value::Text(name.text().clone()), file.at(name.range())))
        })
        .collect();
    if single.is_empty() {
        return fact;
    }
    // What the main file says besides is not known where it could not be read.
    let mut items =
        fact.value().and_then(Value::as_list).map_or_else(|| vec![fact.clone()], <[Fact]>::to_vec);
    items.extend(single);
    let places = items.iter().flat_map(|item| item.places.first().cloned()).collect();
    Fact { state: FactState::Present(Value::List(items.into())), places }
}
