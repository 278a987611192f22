//! Subjects, on which policies are evaluated, and their kinds. The kinds themselves are in `subjects/`.

use std::{borrow::Cow, fmt};

use jiff::civil::Date;
use preauth_metadata::{App, AttributeDef, Fact, FactState, FileFacts, Kind, Resolution, Type};
use preauth_source::{Label, Location, SubjectId};

use crate::{
    config::RegisterEntry,
    evaluate::{
        context::{AppCase, Case},
        unit::Unit,
    },
    language::{
        path::AttributePath,
        test::{FactSource, Verdict, into_fields},
    },
};

/// A kind of subject. Each is a file in `subjects/`, and a line in the list there.
pub(crate) struct SubjectKind {
    /// The name in `select`.
    pub(crate) name: &'static str,
    /// The word for one subject, and for several.
    pub(crate) nouns: [&'static str; 2],
    /// Returns the attributes that have names of their own.
    pub(crate) attributes: fn() -> Vec<PrefixedAttribute>,
    /// Returns the type of an attribute whose name the user chooses, such as a topic of `justify`.
    pub(crate) open_attribute: fn(&str) -> Option<Type>,
    /// The paths that policies can use.
    pub(crate) paths: Paths,
    /// The place where the subjects come from.
    pub(crate) source: SubjectSource,
    /// True if rules can be overridden for single apps.
    pub(crate) can_be_overridden: bool,
    /// The title of its table on the page of attributes, if it is not the name.
    pub(crate) title: Option<&'static str>,
    /// A sentence below that table, about attributes that are not in it.
    pub(crate) note: Option<&'static str>,
}

/// An attribute, with the prefix that its name has in policies.
pub(crate) type PrefixedAttribute = (&'static str, &'static AttributeDef);

/// Gives attributes a prefix.
pub(crate) fn prefixed(
    prefix: &'static str,
    attributes: impl IntoIterator<Item = &'static AttributeDef>,
) -> Vec<PrefixedAttribute> {
    attributes.into_iter().map(|attribute| (prefix, attribute)).collect()
}

/// The paths that policies can use on a subject.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Paths {
    /// Names of attributes.
    Attributes,
    /// Names of attributes, and XML paths in files of this type.
    AttributesAndXml(Kind),
    /// XML paths in files of this type.
    Xml(Kind),
}

/// The function that finds the subjects of a kind.
#[derive(Clone, Copy)]
pub(crate) enum SubjectSource {
    /// In one app. The policies on such subjects are evaluated together, and again when a fix is verified.
    App(for<'c> fn(AppCase<'c>) -> Vec<Subject<'c>>),
    /// In one unit of the tree.
    Unit(for<'c> fn(Select, Case<'c>, Unit<'c>) -> Vec<Subject<'c>>),
}

impl SubjectKind {
    /// The values that most kinds have.
    pub(crate) const DEFAULT: Self = Self {
        name: "",
        nouns: ["file", "files"],
        attributes: Vec::new,
        open_attribute: |_| None,
        paths: Paths::Attributes,
        source: SubjectSource::App(|_| Vec::new()),
        can_be_overridden: true,
        title: None,
        note: None,
    };
}

/// The kind of subject that a policy selects: a handle to an entry of the list in `subjects/`.
#[derive(Clone, Copy)]
pub struct Select(pub(crate) &'static SubjectKind);

impl PartialEq for Select {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Select {}

impl fmt::Debug for Select {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Select {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Select {
    /// Returns the name.
    pub fn as_str(self) -> &'static str {
        self.0.name
    }

    /// Returns the word for a number of subjects, such as `apps`.
    pub fn noun(self, count: usize) -> &'static str {
        self.0.nouns[usize::from(count != 1)]
    }

    /// Returns the attributes, each with its prefix.
    pub(crate) fn attributes(self) -> Vec<PrefixedAttribute> {
        (self.0.attributes)()
    }

    /// True if rules can be overridden for single apps.
    pub(crate) fn can_be_overridden(self) -> bool {
        self.0.can_be_overridden
    }

    /// Returns the title of its table on the page of attributes.
    pub(crate) fn title(self) -> String {
        self.0.title.map_or_else(|| format!("Of `{self}`"), str::to_owned)
    }

    /// Returns the sentence below that table.
    pub(crate) fn note(self) -> Option<&'static str> {
        self.0.note
    }

    /// Returns the type of the files whose XML paths policies can use.
    pub(crate) fn file_kind(self) -> Option<Kind> {
        match self.0.paths {
            Paths::Attributes => None,
            Paths::AttributesAndXml(kind) | Paths::Xml(kind) => Some(kind),
        }
    }

    /// True for an app, and for a part of one.
    pub(crate) fn is_of_app(self) -> bool {
        matches!(self.0.source, SubjectSource::App(_))
    }

    /// Returns the subjects in an app. Those that are not a part of an app are in no app.
    pub(crate) fn in_app(self, app: AppCase<'_>) -> Vec<Subject<'_>> {
        match self.0.source {
            SubjectSource::App(subjects) => subjects(app),
            SubjectSource::Unit(_) => Vec::new(),
        }
    }

    /// Returns the subjects in a unit. Those that are a part of an app are evaluated with it, and in no unit.
    pub(crate) fn in_unit<'c>(self, case: Case<'c>, unit: Unit<'c>) -> Vec<Subject<'c>> {
        match self.0.source {
            SubjectSource::App(_) => Vec::new(),
            SubjectSource::Unit(subjects) => subjects(self, case, unit),
        }
    }

    /// Returns all subjects.
    pub(crate) fn in_tree(self, case: Case<'_>) -> Vec<Subject<'_>> {
        if self.is_of_app() {
            let apps = case.org.apps.iter().chain(&case.org.ignored_apps);
            return apps.flat_map(|app| self.in_app(case.with_app(app))).collect();
        }
        let units = Unit::all(case.org).chain([Unit::Org]);
        units.flat_map(|unit| self.in_unit(case, unit)).collect()
    }
}

/// The data of a subject, which its kind defines.
pub(crate) trait SubjectData {
    /// Returns the kind and name for reports and waivers.
    fn identity(&self) -> SubjectId;

    /// Returns the name that people use.
    fn label(&self) -> Cow<'_, str>;

    /// Returns the place where a finding is shown if nothing more exact is known.
    fn home(&self) -> Location;

    /// Returns an attribute; `None` if it is not set.
    fn fact(&self, name: &str) -> Option<Cow<'_, Fact>>;

    /// True if the subject is an app, or belongs to it.
    fn belongs_to(&self, app: &App) -> bool;

    /// Returns the file that the subject is.
    fn file(&self) -> Option<&FileFacts> {
        None
    }

    /// True if a `.forceignore` leaves it out, whatever its app is.
    fn is_ignored(&self) -> bool {
        self.file().is_some_and(|file| !file.judged)
    }

    /// Returns a label for the home, if every finding shows it.
    fn home_label(&self) -> Option<Label> {
        None
    }

    /// Returns a note about a place where a finding stands.
    fn note(&self, _: &Location) -> Option<Label> {
        None
    }
}

/// A subject.
pub(crate) struct Subject<'c> {
    pub(crate) select: Select,
    pub(crate) case: Case<'c>,
    app: Option<&'c App>,
    entry: Option<&'c RegisterEntry>,
    data: Box<dyn SubjectData + 'c>,
}

impl<'c> Subject<'c> {
    /// Makes a subject that belongs to no app.
    pub(crate) fn new(select: Select, case: Case<'c>, data: impl SubjectData + 'c) -> Self {
        Self { select, case, app: None, entry: None, data: Box::new(data) }
    }

    /// Makes a subject that is an app, or a part of one.
    pub(crate) fn of_app(select: Select, app: AppCase<'c>, data: impl SubjectData + 'c) -> Self {
        Self { app: Some(app.app), entry: app.entry, ..Self::new(select, app.case, data) }
    }

    /// Makes it belong to an app.
    pub(crate) fn with_app(self, app: Option<&'c App>) -> Self {
        Self { app, ..self }
    }

    /// Returns the kind and name for reports and waivers.
    pub(crate) fn identity(&self) -> SubjectId {
        self.data.identity()
    }

    /// Returns the name that people use.
    pub(crate) fn label(&self) -> Cow<'_, str> {
        self.data.label()
    }

    /// Returns the place where a finding is shown if nothing more exact is known.
    pub(crate) fn home(&self) -> Location {
        self.data.home()
    }

    /// Returns a label for the home, if every finding shows it.
    pub(crate) fn home_label(&self) -> Option<Label> {
        self.data.home_label()
    }

    /// True if a `.forceignore` leaves it out.
    pub(crate) fn is_ignored(&self) -> bool {
        self.app.is_some_and(|app| app.ignored) || self.data.is_ignored()
    }

    /// Returns a note about a place where a finding stands.
    pub(crate) fn note(&self, place: &Location) -> Option<Label> {
        self.data.note(place)
    }

    /// Returns the app that it is, or belongs to.
    pub(crate) fn app(&self) -> Option<&'c App> {
        self.app
    }

    /// Returns the file that it is.
    pub(crate) fn file(&self) -> Option<&FileFacts> {
        self.data.file()
    }

    /// Returns the register's entry for its app.
    pub(crate) fn entry(&self) -> Option<&'c RegisterEntry> {
        self.entry
    }

    /// True if it is an app, or belongs to it.
    pub(crate) fn belongs_to(&self, app: &App) -> bool {
        self.data.belongs_to(app)
    }
}

impl FactSource for Subject<'_> {
    fn fact(&self, path: &AttributePath) -> Cow<'_, Fact> {
        let fact = self.data.fact(&path.attribute);
        into_fields(fact.unwrap_or_else(|| Cow::Owned(Fact::new(FactState::None, self.home()))), &path.fields)
    }

    fn component(&self, kind: Kind, name: &str) -> Verdict {
        match self.case.resolve(kind, name) {
            Resolution::One(_) | Resolution::Several(_) => Verdict::Holds,
            Resolution::Nothing => Verdict::Fails,
            Resolution::Unknown(_) => Verdict::Unknown,
        }
    }

    fn as_of(&self) -> Date {
        self.case.given.as_of
    }
}
