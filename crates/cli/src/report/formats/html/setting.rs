//! The settings of an app, by the pages of Setup that show them.

use preauth_metadata::{ATTRIBUTES, App, Attribute, Fact, FactState, in_setup};

use crate::report::Run;

/// The settings that one page of Setup shows.
#[derive(Debug, Default)]
pub(super) struct HtmlSettingGroup {
    pub(super) page: String,
    /// The settings that the source has.
    pub(super) settings: Vec<HtmlSetting>,
    /// The settings with the platform default, because the file does not have them: name and value.
    pub(super) defaults: Vec<String>,
    /// The settings that are not set.
    pub(super) unset: Vec<&'static str>,
    /// The settings that the source does not have.
    pub(super) unknown: Vec<&'static str>,
}

#[derive(Debug)]
pub(super) struct HtmlSetting {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) place: String,
}

pub(super) fn settings(run: &Run<'_>, app: &App) -> Vec<HtmlSettingGroup> {
    let mut groups: Vec<HtmlSettingGroup> = Vec::new();
    let of_grants = |row: &Attribute| row.def.name.starts_with("grants.");
    for row in ATTRIBUTES.iter().filter(|row| !of_grants(row)) {
        let Some(fact) = app.fact(row.def.name) else { continue };
        if matches!(fact.state, FactState::NotApplicable(_)) {
            continue;
        }
        let way = row.setup(app.kind);
        let page =
            way.as_deref().and_then(|way| way.rsplit_once(" > ")).map_or("Not shown in Setup", |way| way.0);
        let known = groups.iter().position(|group| group.page == page);
        let index = known.unwrap_or(groups.len());
        if known.is_none() {
            groups.push(HtmlSettingGroup { page: page.to_owned(), ..HtmlSettingGroup::default() });
        }
        match &fact.state {
            FactState::None => groups[index].unset.push(name_of(row)),
            FactState::Unknown(_) => groups[index].unknown.push(name_of(row)),
            FactState::Default(value) => {
                groups[index].defaults.push(format!("{}: {}", name_of(row), in_setup(&row.def, value)));
            }
            _ => groups[index].settings.push(setting(run, row, fact)),
        }
    }
    groups
}

fn name_of(row: &'static Attribute) -> &'static str {
    if row.def.setup.is_empty() { row.def.name } else { row.def.setup }
}

/// Returns a setting that the source has.
fn setting(run: &Run<'_>, row: &'static Attribute, fact: &Fact) -> HtmlSetting {
    let place = fact.place().map(|place| {
        let start = run.texts.start(place);
        format!("{}:{}", place.file.name(), start.line)
    });
    HtmlSetting { name: name_of(row), value: value_of(row, fact), place: place.unwrap_or_default() }
}

pub(super) fn value_of(row: &Attribute, fact: &Fact) -> String {
    match &fact.state {
        FactState::Present(value) => in_setup(&row.def, value),
        FactState::Default(value) => in_setup(&row.def, value),
        FactState::None => "none".into(),
        FactState::NotApplicable(_) => "does not apply".into(),
        FactState::Unknown(_) => "not in the source".into(),
        FactState::Unreadable(_) => "a value that Salesforce does not know".into(),
    }
}
