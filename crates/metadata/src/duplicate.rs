//! The same app in several places of the tree.

use crate::{App, AppKind, Fact, Kind, State, Value};

/// Where else the tree holds an app, and says something else of it: its own file first, then the main files of the
/// others, which are the apps of its name that come after it. Copies that are alike are no matter. A connected app
/// beside the external client app of its name is what the migration leaves behind.
pub(crate) fn duplicates<'a>(app: &App, later: impl Iterator<Item = &'a App>) -> Fact {
    let others: Vec<&App> = later.filter(|other| content(other) != content(app)).collect();
    let here = |app: &App| Fact::present(Value::text(app.main_file().as_str()), app.home.clone());
    if others.is_empty() {
        return Fact::new(State::Default(Value::List([].into())), app.home.clone());
    }
    let places: Vec<Fact> = std::iter::once(app).chain(others).map(here).collect();
    let homes = places.iter().flat_map(|place| place.places.iter().cloned()).collect();
    Fact { state: State::Present(Value::List(places.into())), places: homes }
}

/// What the files of an app say, whatever they are called and however their lines end.
fn content(app: &App) -> (AppKind, Vec<(Kind, Vec<&str>)>) {
    let mut files: Vec<(Kind, Vec<&str>)> = app
        .files
        .iter()
        .map(|file| {
            (file.kind, file.text.as_deref().unwrap_or_default().lines().map(str::trim_end).collect())
        })
        .collect();
    files.sort();
    (app.kind, files)
}
