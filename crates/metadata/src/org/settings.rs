//! The settings of the org, read from their files.

use std::{collections::BTreeMap, sync::Arc};

use preauth_source::{FilePath, Location, literal};

use crate::{
    Fact, FactState, Facts, FileFacts, Kind, Project, SETTINGS, SOURCE, TIMELINE, Value,
    codec::read::ComponentFiles,
};

/// Reads the settings of the org, and adds the days of the timeline.
pub(crate) fn read(files: &BTreeMap<FilePath, Arc<FileFacts>>, project: &Project, home: &Location) -> Facts {
    let version = project.source_api_version.map_or_else(
        || FactState::Unknown(literal!("neither `sfdx-project.json` nor `package.xml` states it")),
        |version| FactState::Present(Value::Number(version.into())),
    );
    let sign = |sign: String| Fact::new(FactState::Present(Value::Text(sign.into())), home.clone());
    let orgs = Value::List(project.signs_of_several_orgs().into_iter().map(sign).collect());
    let source = [version, FactState::Present(orgs)].map(|state| Fact::new(state, home.clone()));
    let source = SOURCE.iter().map(|def| def.name).zip(source);
    let all: Vec<&Arc<FileFacts>> =
        files.values().filter(|file| file.kind == Kind::Settings && file.judged).collect();
    let settings = SETTINGS.iter().map(|row| {
        let of_file = all.iter().filter(|file| *file.stem == *row.file);
        let of_file: Vec<Arc<FileFacts>> = of_file.map(|file| (*file).clone()).collect();
        let fact = match of_file.first() {
            Some(file) => {
                ComponentFiles { files: &of_file, home: &file.home(), project }.read(row.def.ty, &row.column)
            }
            None => Fact::new(
                FactState::Unknown(format!("`{}.settings` is not in the source", row.file).into()),
                home.clone(),
            ),
        };
        (row.def.name, fact)
    });
    // No file states these days.
    let day = |day| Fact::new(FactState::Present(Value::Date(day)), home.clone());
    let timeline = TIMELINE.iter().map(|change| (change.def.name, day(change.day)));
    source.chain(settings).chain(timeline).collect()
}
