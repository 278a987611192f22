//! Entries of the register.

use std::{borrow::Cow, sync::Arc};

use preauth_metadata::{App, AttributeDef, Fact, FactState, FileFacts, Type, Value};
use preauth_source::{FilePath, Location, SubjectId};

use crate::{
    config::{DECLARED_IN_ENTRY, RegisterEntry},
    evaluate::{
        context::Case,
        subject::{Select, Subject, SubjectData, SubjectKind, SubjectSource, prefixed},
        unit::Unit,
    },
};

pub(super) static KIND: SubjectKind = SubjectKind {
    name: "RegisterEntry",
    nouns: ["register entry", "register entries"],
    attributes: || {
        // Justifications and expectations are about an app.
        let declared = DECLARED_IN_ENTRY.iter().filter(|row| !matches!(row.ty, Type::Record(_)));
        prefixed("", ATTRIBUTES.iter().chain(declared))
    },
    source: SubjectSource::Unit(subjects),
    can_be_overridden: false,
    ..SubjectKind::DEFAULT
};

static ATTRIBUTES: &[AttributeDef] = &[
    AttributeDef::new("match", Type::Text, "The name, label or pattern of its apps."),
    AttributeDef::new("apps", Type::List(&Type::Text), "The developer names of its apps."),
    AttributeDef::new(
        "ignoredApps",
        Type::List(&Type::Text),
        "The developer names of its apps that a `.forceignore` leaves out.",
    ),
];

fn subjects<'c>(select: Select, case: Case<'c>, unit: Unit<'c>) -> Vec<Subject<'c>> {
    match unit {
        Unit::Org => {
            let entries = case.given.register.entries.iter();
            entries.map(|entry| Subject::new(select, case, EntrySubject { entry, case })).collect()
        }
        _ => Vec::new(),
    }
}

struct EntrySubject<'c> {
    entry: &'c RegisterEntry,
    case: Case<'c>,
}

impl SubjectData for EntrySubject<'_> {
    fn identity(&self) -> SubjectId {
        SubjectId { kind: "RegisterEntry", name: self.entry.pattern.text.as_str().into() }
    }

    fn label(&self) -> Cow<'_, str> {
        self.entry.pattern.text.as_str().into()
    }

    fn home(&self) -> Location {
        self.entry.location.clone()
    }

    fn fact(&self, name: &str) -> Option<Cow<'_, Fact>> {
        let present = |value: Value| Fact::present(value, self.entry.location.clone());
        Some(Cow::Owned(match name {
            "match" => present(Value::text(self.entry.pattern.text.as_str())),
            "apps" => self.apps(),
            "ignoredApps" => self.ignored_apps(),
            other => self.entry.fact(&format!("declared.{other}")),
        }))
    }

    fn belongs_to(&self, app: &App) -> bool {
        self.case.entry(app).is_some_and(|entry| std::ptr::eq(entry, self.entry))
    }
}

impl EntrySubject<'_> {
    /// Returns the names of its apps that a `.forceignore` leaves out, at the lines that do.
    fn ignored_apps(&self) -> Fact {
        let Case { org, given, workspace } = self.case;
        let is_misnamed = |file: &FilePath| workspace.misnamed().iter().any(|(path, _)| path == file);
        let apps = org.ignored_apps.iter().filter(|app| given.register.has(self.entry, app));
        let apps: Vec<Fact> = apps
            .filter(|app| !is_misnamed(app.main_file()))
            .map(|app| {
                let line = workspace.ignored_by(app.main_file()).unwrap_or(&app.home);
                Fact::present(Value::Text(app.name.clone()), line.clone())
            })
            .collect();
        let places: Vec<Location> = apps.iter().filter_map(|app| app.place().cloned()).collect();
        Fact { state: FactState::Present(Value::List(apps.into())), places: places.into() }
    }

    /// Returns the names of its apps. Unknown if there are none, but a file of an app could not be read, or the app may be
    /// in a project below.
    fn apps(&self) -> Fact {
        let Case { org, given, workspace } = self.case;
        let apps = org.apps.iter().filter(|app| given.register.has(self.entry, app));
        let apps: Vec<Fact> =
            apps.map(|app| Fact::present(Value::Text(app.name.clone()), app.home.clone())).collect();
        let is_unread = |file: &&Arc<FileFacts>| file.kind.role().is_app() && !file.is_well_formed();
        let state = match org.others.iter().find(is_unread) {
            Some(file) if apps.is_empty() => {
                FactState::Unknown(format!("`{}` could not be read, and may be the app", file.path).into())
            }
            None if apps.is_empty() && workspace.project().has_projects_below => {
                FactState::Unknown("the app may be in a project below this folder".into())
            }
            _ => FactState::Present(Value::List(apps.into())),
        };
        Fact::new(state, self.entry.location.clone())
    }
}
