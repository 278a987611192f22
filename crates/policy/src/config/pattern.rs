//! Names, and patterns of names, of apps and files.

use globset::{GlobBuilder, GlobMatcher};
use preauth_metadata::App;
use preauth_source::FilePath;

/// A name, or a pattern of names: with `*`, `?`, `[…]` or `{…}` in it.
#[derive(Clone, Debug)]
pub struct NamePattern {
    /// The text in the configuration.
    pub text: String,
    glob: Option<GlobMatcher>,
}

impl NamePattern {
    /// Reads a name or a pattern of apps.
    ///
    /// # Errors
    /// The reason why it is not valid.
    pub fn of_apps(text: &str) -> Result<Self, String> {
        Self::read(text, false)
    }

    /// Reads a path or a pattern of files; `*` stays inside a folder, `**` does not.
    ///
    /// # Errors
    /// The reason why it is not valid.
    pub(crate) fn of_files(text: &str) -> Result<Self, String> {
        Self::read(text, true)
    }

    fn read(text: &str, literal_separator: bool) -> Result<Self, String> {
        let glob = GlobBuilder::new(text)
            .literal_separator(literal_separator)
            .build()
            .map_err(|error| format!("`{text}` is not a valid pattern: {}", error.kind()))?;
        let several = text.contains(['*', '?', '[', '{']);
        Ok(Self { text: text.to_owned(), glob: several.then(|| glob.compile_matcher()) })
    }

    /// True for a name, false for a pattern with placeholders.
    pub fn is_exact(&self) -> bool {
        self.glob.is_none()
    }

    /// True if it matches the developer name or the label of an app.
    pub fn is_app(&self, app: &App) -> bool {
        self.is(&app.name) || self.is(app.label())
    }

    /// True if it matches a path.
    pub(crate) fn is_file(&self, path: &FilePath) -> bool {
        self.is(path.as_str())
    }

    /// True if it matches a name.
    pub fn is(&self, name: &str) -> bool {
        match &self.glob {
            Some(glob) => glob.is_match(name),
            None => self.text == name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn star_does_not_cross_folders_in_patterns_of_files() {
        assert!(NamePattern::of_apps("Sandbox_*").unwrap().is("Sandbox_A/B"));
        let files = NamePattern::of_files("force-app/*.xml").unwrap();
        assert!(files.is("force-app/a.xml") && !files.is("force-app/b/a.xml"));
        assert!(NamePattern::of_files("force-app/**").unwrap().is("force-app/b/a.xml"));
    }

    #[test]
    fn name_without_placeholders_is_exact() {
        let name = NamePattern::of_apps("Order Sync (EU)").unwrap();
        assert!(name.is_exact() && name.is("Order Sync (EU)") && !name.is("Order Sync"));
        assert!(NamePattern::of_apps("Order_[*").is_err());
    }
}
