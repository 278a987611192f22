use std::borrow::Cow;

use ignore::{
    Match,
    gitignore::{Gitignore, GitignoreBuilder},
};
use preauth_source::{Diagnostic, Label, Location, Severity, SourceFile, TextRange, TextSize};

/// Patterns that `sf` always ignores; lines of a `.forceignore` may negate them.
const BUILT_IN: [&str; 4] = ["**/*.dup", "**/.*", "**/package2-descriptor.json", "**/package2-manifest.json"];

/// The rules of a `.forceignore` file: the syntax of `.gitignore`, without regard to upper and lower case. A backslash
/// escapes the next character; it never separates folders.
///
/// Source: `forceIgnore.js` of Salesforce's source-deploy-retrieve library, and the `ignore` package of npm that it
/// uses.
#[derive(Clone, Debug)]
pub struct ForceIgnore {
    rules: Gitignore,
    /// True if the rules are in lower case, and paths must be lowered before they are matched.
    lower: bool,
    /// The patterns of the file as the rules have them, each with its line.
    lines: Vec<(String, Location)>,
}

impl ForceIgnore {
    /// The name of the file.
    pub const FILE: &str = ".forceignore";

    /// Reads the rules. A line that is not a pattern, or uses `\` for `/`, is a diagnostic `project-invalid`.
    pub fn parse(source: &SourceFile<'_>) -> (Self, Vec<Diagnostic>) {
        let mut builder = GitignoreBuilder::new("");
        // The content of a range of letters depends on their case.
        let lower = !source.text.contains('[');
        builder.case_insensitive(!lower).expect("invariant: the setting never fails");
        for line in BUILT_IN {
            builder.add_line(None, line).expect("invariant: the built-in patterns are patterns");
        }
        let (mut diagnostics, mut lines) = (Vec::new(), Vec::new());
        let mut at = 0;
        for whole in source.text.split_inclusive('\n') {
            let start = at;
            at += whole.len();
            let line = whole.trim_start_matches('\u{feff}').trim_end();
            let start = TextSize::try_from(start + whole.find(line).unwrap_or_default());
            let place = source.at(TextRange::at(start.unwrap_or_default(), TextSize::of(line)));
            let pattern = in_case(lower, &pattern(line)).into_owned();
            let problem = match builder.add_line(None, &pattern) {
                Err(error) => Some(format!("`{line}` is not a pattern: {error}")),
                Ok(_) if separates_by_backslash(line) => {
                    Some(format!("`{line}` ignores nothing: separate folders with `/`, not with `\\`"))
                }
                Ok(_) => None,
            };
            diagnostics.extend(problem.map(|message| {
                let label = Label::new(place.clone(), "");
                Diagnostic::new(crate::codes::PROJECT_INVALID, Severity::Warning, message, label)
            }));
            lines.push((pattern, place));
        }
        let rules = builder.build().unwrap_or_else(|_| Gitignore::empty());
        (Self { rules, lower, lines }, diagnostics)
    }

    /// Returns the rule that ignores a file. `path` is relative to the folder of the `.forceignore` file, with `/` between
    /// its parts. A file in an ignored folder is ignored, whatever other lines say.
    pub fn ignores(&self, path: &str) -> Option<IgnoreRule<'_>> {
        let folder = path.rsplit_once('/').and_then(|(folder, _)| self.ignores_folder(folder));
        folder.or_else(|| self.ignores_in(path))
    }

    /// Returns the rule that ignores a folder, and so everything in it. The path has the form of [`Self::ignores`].
    pub fn ignores_folder(&self, folder: &str) -> Option<IgnoreRule<'_>> {
        let folder = &*in_case(self.lower, folder);
        let mut folders = folder.match_indices('/').map(|(end, _)| &folder[..end]).chain([folder]);
        folders.find_map(|folder| self.rule(folder, true))
    }

    /// Returns the rule that ignores a file, if that is not in an ignored folder.
    pub fn ignores_in(&self, path: &str) -> Option<IgnoreRule<'_>> {
        self.rule(&in_case(self.lower, path), false)
    }

    fn rule(&self, path: &str, is_folder: bool) -> Option<IgnoreRule<'_>> {
        let Match::Ignore(glob) = self.rules.matched(path, is_folder) else { return None };
        // Of equal lines, the last one counts.
        let line = self.lines.iter().rfind(|(pattern, _)| pattern == glob.original());
        Some(line.map_or(IgnoreRule::BuiltIn, |(_, place)| IgnoreRule::Line(place)))
    }
}

/// A rule that ignores a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IgnoreRule<'f> {
    /// A line of the `.forceignore`.
    Line(&'f Location),
    /// A pattern that `sf` always ignores.
    BuiltIn,
}

impl IgnoreRule<'_> {
    /// Returns the place of the line.
    pub fn place(self) -> Option<Location> {
        match self {
            Self::Line(place) => Some(place.clone()),
            Self::BuiltIn => None,
        }
    }
}

fn in_case(lower: bool, text: &str) -> Cow<'_, str> {
    if lower { text.to_ascii_lowercase().into() } else { text.into() }
}

/// Translates a line for our matcher: braces are plain letters, and `folder/**/` means everything in a folder.
fn pattern(line: &str) -> String {
    let line = if line.ends_with("/**/") { line.trim_end_matches('/') } else { line };
    line.replace('{', "\\{").replace('}', "\\}")
}

fn separates_by_backslash(line: &str) -> bool {
    let follows = |(at, _)| line[at + 1..].starts_with(|c: char| c.is_alphanumeric() || c == '*' || c == '_');
    !line.starts_with('#') && line.match_indices('\\').any(follows)
}

#[cfg(test)]
mod tests {
    use preauth_source::SourceFile;

    use super::*;

    fn parse(text: &str) -> (ForceIgnore, Vec<Diagnostic>) {
        ForceIgnore::parse(&SourceFile::new(ForceIgnore::FILE.into(), text))
    }

    #[track_caller]
    fn ignored(text: &str, path: &str) {
        assert!(parse(text).0.ignores(path).is_some(), "{path}");
    }

    #[track_caller]
    fn not_ignored(text: &str, path: &str) {
        assert!(parse(text).0.ignores(path).is_none(), "{path}");
    }

    #[test]
    fn line_that_ignores_a_file_has_a_place() {
        let text = "\u{feff}# apps\r\nProfiles/**\r\n  \r\nX.profile \r\nX.profile\r\n!Y.profile\r\n";
        let line = |path: &str| {
            let (rules, _) = parse(text);
            let place = rules.ignores(path).and_then(IgnoreRule::place)?;
            Some((u32::from(place.range.start()), text[place.range].to_owned()))
        };
        assert_eq!(line("profiles/A.profile"), Some((11, "Profiles/**".to_owned())));
        assert_eq!(line("a/X.profile"), Some((40, "X.profile".to_owned())));
        assert_eq!(line("a/.hidden/Z.profile"), None);
        assert_eq!(parse(text).0.ignores("a/.hidden/Z.profile"), Some(IgnoreRule::BuiltIn));
        assert_eq!(line("Y.profile"), None);
    }

    #[test]
    fn patterns_are_relative_to_the_folder_of_the_file() {
        ignored("/a/profiles", "a/profiles/X.profile");
        not_ignored("/a/profiles", "b/a/profiles/X.profile");
        not_ignored("profiles/X.profile", "a/profiles/X.profile");
        ignored("**/profiles/X.profile", "a/profiles/X.profile");
        ignored("X.profile", "a/profiles/X.profile");
    }

    #[test]
    fn case_does_not_count_in_ranges_of_letters() {
        for text in ["Profiles/Admin.PROFILE", "Profiles/[A-C]dmin.PROFILE"] {
            ignored(text, "profiles/ADMIN.profile");
            ignored(text, "Profiles/Admin.PROFILE");
            not_ignored(text, "profiles/Bdmi.profile");
        }
    }

    #[test]
    fn files_below_an_ignored_folder_are_ignored() {
        ignored("profiles/", "a/profiles/b/X.profile");
        ignored("profiles", "a/profiles/b/X.profile");
        not_ignored("X.profile/", "X.profile");
        ignored("a/**", "a/b/X.profile");
        ignored("a/**/", "a/X.profile");
    }

    #[test]
    fn negated_pattern_does_not_apply_in_an_ignored_folder() {
        not_ignored("a/*\n!a/X.profile", "a/X.profile");
        ignored("a/*\n!a/X.profile", "a/Y.profile");
        ignored("a\n!a/X.profile", "a/X.profile");
    }

    #[test]
    fn case_does_not_count() {
        ignored("PROFILES", "profiles/X.profile");
    }

    #[test]
    fn braces_are_plain_letters() {
        not_ignored("{X,Y}.profile", "X.profile");
        ignored("{X,Y}.profile", "{X,Y}.profile");
    }

    #[test]
    fn built_in_patterns_can_be_negated() {
        ignored("", "a.dup/X.profile");
        ignored("", "a/.b/X.profile");
        not_ignored("!*.dup", "a.dup/X.profile");
    }

    #[test]
    fn comments_newlines_and_byte_order_mark_are_skipped() {
        ignored("\u{feff}a\r\nb \r\n", "a/X.profile");
        ignored("\u{feff}a\r\nb \r\n", "b/X.profile");
        not_ignored("# a", "# a");
    }

    #[test]
    fn backslash_between_folders_is_reported() {
        let text = "# a\\b\nmain\\profiles\nTwo\\ Words.profile\n";
        not_ignored(text, "main/profiles/X.profile");
        ignored(text, "Two Words.profile");
        let (_, diagnostics) = parse(text);
        let [diagnostic] = &diagnostics[..] else { panic!("{diagnostics:?}") };
        assert_eq!(&text[diagnostic.primary.location.range], "main\\profiles");
    }

    #[test]
    fn invalid_line_is_reported_and_others_count() {
        let text = "\u{feff}[z-a]\nX.profile";
        ignored(text, "X.profile");
        let (_, diagnostics) = parse(text);
        let [diagnostic] = &diagnostics[..] else { panic!("{diagnostics:?}") };
        assert_eq!(&text[diagnostic.primary.location.range], "[z-a]");
    }
}
