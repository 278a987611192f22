use globset::{GlobBuilder, GlobMatcher};
use preauth_source::FilePath;
use regex::Regex;

/// A text that `sf` puts another in the place of when it deploys: what stands in the source is not what the org gets.
///
/// Conditions on the environment (`replaceWhenEnv`) are not looked at: what may be replaced is no value to judge.
#[derive(Clone, Debug)]
pub struct Replacement {
    filename: Option<String>,
    glob: Option<GlobMatcher>,
    target: Target,
}

#[derive(Clone, Debug)]
enum Target {
    Text(String),
    Pattern(Regex),
    /// A JavaScript pattern that uses what our engine does not have, such as look-ahead: it may match anything.
    Unreadable,
}

impl Replacement {
    /// A replacement of a text.
    pub(super) fn of_text(text: String) -> Self {
        Self { filename: None, glob: None, target: Target::Text(text) }
    }

    /// A replacement of what a regular expression matches.
    pub(super) fn of_pattern(pattern: &str) -> Self {
        let target = Regex::new(pattern).map_or(Target::Unreadable, Target::Pattern);
        Self { filename: None, glob: None, target }
    }

    /// In the files whose path ends with this.
    pub(super) fn in_file(mut self, filename: Option<String>) -> Self {
        self.filename = filename;
        self
    }

    /// In the files whose path, from some folder on, matches this.
    ///
    /// # Errors
    /// What is wrong with the glob.
    pub(super) fn in_files(mut self, glob: Option<&str>) -> Result<Self, String> {
        let matcher = |glob: &str| GlobBuilder::new(&format!("**/{glob}")).literal_separator(true).build();
        let built = glob.map(matcher).transpose().map_err(|error| error.kind().to_string())?;
        self.glob = built.map(|glob| glob.compile_matcher());
        Ok(self)
    }

    /// Whether it may put another text into `text`, which stands in this file.
    pub fn covers(&self, path: &FilePath, text: &str) -> bool {
        self.is_in(path) && self.touches(text)
    }

    fn is_in(&self, path: &FilePath) -> bool {
        // Salesforce compares whole paths from the root of the disk, so the name may start with a slash.
        let ends_with = |name: &String| {
            path.as_str().ends_with(name.as_str()) || name.strip_prefix('/') == Some(path.as_str())
        };
        self.filename.as_ref().is_some_and(ends_with)
            || self.glob.as_ref().is_some_and(|glob| glob.is_match(path.as_str()))
    }

    fn touches(&self, text: &str) -> bool {
        match &self.target {
            Target::Text(target) => text.contains(target.as_str()),
            Target::Pattern(pattern) => pattern.is_match(text),
            Target::Unreadable => true,
        }
    }
}
