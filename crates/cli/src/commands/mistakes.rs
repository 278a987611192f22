//! What is wrong with a configuration or its policies, when nothing can be done before it is mended.

use camino::Utf8Path;

use crate::{
    Failure, args::Format, commands::check::report_mistakes, output::Output, tree::load::LoadedPolicies,
};

/// Reports every mistake in the rules of a tree for people.
///
/// # Errors
/// That there is one.
pub(crate) fn refuse(root: &Utf8Path, rules: &LoadedPolicies, output: &Output) -> Result<(), Failure> {
    if rules.errors.is_empty() {
        return Ok(());
    }
    report_mistakes(&[Format::Text.into()], &[(root, rules)], output)?;
    Err(Failure::Said("mend the configuration and the policies first".into()))
}
