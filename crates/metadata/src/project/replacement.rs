use globset::{GlobBuilder, GlobMatcher};
use preauth_source::FilePath;
use regex::Regex;

/// A replacement of a text that `sf` makes when it deploys, so that the org gets another value than the source has.
///
/// Conditions on the environment (`replaceWhenEnv`) are ignored: a value that may be replaced is unknown.
#[derive(Clone, Debug)]
pub struct Replacement {
    filename: Option<String>,
    glob: Option<GlobMatcher>,
    target: ReplacedText,
}

#[derive(Clone, Debug)]
enum ReplacedText {
    Text(String),
    Pattern(Regex),
    /// A JavaScript pattern that our engine cannot read, for example with look-ahead: it may match anything.
    Unreadable,
}

impl Replacement {
    /// Creates a replacement of a text.
    pub(super) fn of_text(text: String) -> Self {
        Self { filename: None, glob: None, target: ReplacedText::Text(text) }
    }

    /// Creates a replacement of the matches of a regular expression.
    pub(super) fn of_pattern(pattern: &str) -> Self {
        let target = Regex::new(pattern).map_or(ReplacedText::Unreadable, ReplacedText::Pattern);
        Self { filename: None, glob: None, target }
    }

    /// Restricts it to files whose path ends with this name.
    pub(super) fn in_file(mut self, filename: Option<String>) -> Self {
        self.filename = filename;
        self
    }

    /// Restricts it to files whose path, from some folder on, matches the glob.
    ///
    /// # Errors
    /// The reason why the glob is invalid.
    pub(super) fn in_files(mut self, glob: Option<&str>) -> Result<Self, String> {
        let matcher = |glob: &str| GlobBuilder::new(&format!("**/{glob}")).literal_separator(true).build();
        let built = glob.map(matcher).transpose().map_err(|error| error.kind().to_string())?;
        self.glob = built.map(|glob| glob.compile_matcher());
        Ok(self)
    }

    /// True if it may change `text` of this file.
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
            ReplacedText::Text(target) => text.contains(target.as_str()),
            ReplacedText::Pattern(pattern) => pattern.is_match(text),
            ReplacedText::Unreadable => true,
        }
    }
}
