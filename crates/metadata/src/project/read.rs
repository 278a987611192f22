use preauth_source::{Diagnostic, SourceFile};
use serde_json::Value;

use super::{
    Project, SourceFolder,
    json::{Json, name},
    major,
    replacement::Replacement,
};

/// Reads a project file.
pub(super) fn project(source: &SourceFile<'_>) -> (Project, Vec<Diagnostic>) {
    let mut json = match Json::parse(source) {
        Ok(json) => json,
        Err(diagnostic) => return (Project::default(), vec![*diagnostic]),
    };
    if !json.get("").is_some_and(Value::is_object) {
        json.report("", "the project is not a JSON object");
        return (Project::default(), json.diagnostics);
    }
    let project = Project {
        source_folders: source_folders(&mut json),
        namespace: json.text("/namespace").filter(|namespace| !namespace.is_empty()),
        source_api_version: source_api_version(&mut json),
        source_behavior_options: source_behavior_options(&mut json),
        replacements: replacements(&mut json),
        has_scratch_definition: false,
        has_projects_below: false,
    };
    (project, json.diagnostics)
}

fn source_folders(json: &mut Json<'_>) -> Vec<SourceFolder> {
    let directories = json.items("/packageDirectories");
    if directories.is_empty() && json.diagnostics.is_empty() {
        json.report(
            "/packageDirectories",
            "the project has no package directory, so all its files are checked",
        );
    }
    let mut folders = Vec::new();
    for directory in directories {
        if json.get(&format!("{directory}/path")).is_none() {
            json.report(&directory, "the package directory has no `path`");
        }
        let package = json.text(&format!("{directory}/package")).filter(|name| !name.is_empty());
        let folder = source_folder(json, &format!("{directory}/path"));
        folders.extend(folder.map(|folder| SourceFolder { package, ..folder }));
        for extra in ["unpackagedMetadata", "seedMetadata"] {
            let pointer = format!("{directory}/{extra}");
            let is_text = json.get(&pointer).is_some_and(Value::is_string);
            let path = if is_text { pointer } else { format!("{pointer}/path") };
            folders.extend(source_folder(json, &path));
        }
    }
    folders
}

fn source_folder(json: &mut Json<'_>, pointer: &str) -> Option<SourceFolder> {
    let path = json.text(pointer)?;
    let Some(path) = inside(&path) else {
        json.report(pointer, format!("`{path}` is not a path inside the project"));
        return None;
    };
    Some(SourceFolder { path, location: json.place(pointer), package: None })
}

/// Normalises a path; `None` when it leads out of the project.
fn inside(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    if path.starts_with(['/', '\\']) || path.get(1..2) == Some(":") {
        return None;
    }
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn source_api_version(json: &mut Json<'_>) -> Option<u32> {
    let pointer = "/sourceApiVersion";
    let version = json.text(pointer)?;
    let number = major(&version);
    if number.is_none() {
        json.report(pointer, format!("`{version}` is not an API version such as `66.0`"));
    }
    number
}

fn source_behavior_options(json: &mut Json<'_>) -> Vec<String> {
    let lists = ["/sourceBehaviorOptions", "/registryPresets"];
    let items: Vec<String> = lists.iter().flat_map(|list| json.items(list)).collect();
    items.iter().filter_map(|item| json.text(item)).collect()
}

fn replacements(json: &mut Json<'_>) -> Vec<Replacement> {
    let items = json.items("/replacements");
    items.iter().filter_map(|item| replacement(json, item)).collect()
}

fn replacement(json: &mut Json<'_>, item: &str) -> Option<Replacement> {
    let text = json.text(&format!("{item}/stringToReplace"));
    let pattern = json.text(&format!("{item}/regexToReplace"));
    let target = match (text, pattern) {
        (Some(text), _) => Replacement::of_text(text),
        (None, Some(pattern)) => Replacement::of_pattern(&pattern),
        (None, None) => {
            json.report(item, "the replacement has neither `stringToReplace` nor `regexToReplace`");
            return None;
        }
    };
    let filename = json.text(&format!("{item}/filename"));
    let pointer = format!("{item}/glob");
    let glob = json.text(&pointer);
    if filename.is_none() && glob.is_none() {
        json.report(item, "the replacement has neither `filename` nor `glob`");
        return None;
    }
    match target.in_file(filename).in_files(glob.as_deref()) {
        Ok(replacement) => Some(replacement),
        Err(error) => {
            json.report(&pointer, format!("`{}` is not a glob: {error}", name(&pointer)));
            None
        }
    }
}
