use std::borrow::Cow;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use preauth_source::{Diagnostic, Label, Severity, SourceFile, TextRange, TextSize};

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
        let mut diagnostics = Vec::new();
        let mut at = 0;
        for whole in source.text.split_inclusive('\n') {
            let start = at;
            at += whole.len();
            let line = whole.trim_start_matches('\u{feff}').trim_end();
            let problem = match builder.add_line(None, &in_case(lower, &pattern(line))) {
                Err(error) => Some(format!("`{line}` is not a pattern: {error}")),
                Ok(_) if separates_by_backslash(line) => {
                    Some(format!("`{line}` ignores nothing: separate folders with `/`, not with `\\`"))
                }
                Ok(_) => None,
            };
            diagnostics.extend(problem.map(|message| {
                let start = TextSize::try_from(start + whole.find(line).unwrap_or_default());
                let range = TextRange::at(start.unwrap_or_default(), TextSize::of(line));
                let label = Label::new(source.at(range), "");
                Diagnostic::new(crate::codes::PROJECT_INVALID, Severity::Warning, message, label)
            }));
        }
        (Self { rules: builder.build().unwrap_or_else(|_| Gitignore::empty()), lower }, diagnostics)
    }

    /// True if the file is ignored. `path` is relative to the folder of the `.forceignore` file, with `/` between its
    /// parts. A file in an ignored folder is ignored, whatever other lines say.
    pub fn ignores(&self, path: &str) -> bool {
        path.rsplit_once('/').is_some_and(|(folder, _)| self.ignores_folder(folder)) || self.ignores_in(path)
    }

    /// True if a folder, and so everything in it, is ignored. The path has the form of [`Self::ignores`].
    pub fn ignores_folder(&self, folder: &str) -> bool {
        let folder = &*in_case(self.lower, folder);
        let mut folders = folder.match_indices('/').map(|(end, _)| &folder[..end]).chain([folder]);
        folders.any(|folder| self.rules.matched(folder, true).is_ignore())
    }

    /// True if a file is ignored that is not in an ignored folder.
    pub fn ignores_in(&self, path: &str) -> bool {
        self.rules.matched(&*in_case(self.lower, path), false).is_ignore()
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
        assert!(parse(text).0.ignores(path), "{path}");
    }

    #[track_caller]
    fn not_ignored(text: &str, path: &str) {
        assert!(!parse(text).0.ignores(path), "{path}");
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
