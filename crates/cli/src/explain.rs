//! `preauth explain`: what a policy says, why, and how a violation is corrected.

use std::io::Write;

use camino::Utf8Path;

use crate::{
    Failure, Outcome,
    args::Explain,
    load::{self, ConfigChoice},
    output::Output,
};

/// Runs the command.
pub(crate) fn run(args: &Explain, output: &Output) -> Result<Outcome, Failure> {
    let here = Utf8Path::new(".").canonicalize_utf8()?;
    let choice = args.config.as_deref().map_or(ConfigChoice::Nearest, ConfigChoice::File);
    let rules = load::rules(&here, choice)?;
    let Some(page) = preauth_policy::explain(&rules.policies, &args.id) else {
        let near = preauth_source::nearest(&args.id, rules.policies.ids());
        let hint = near.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
        return Err(Failure::Said(format!("there is no policy `{}`{hint}", args.id)));
    };
    let mut out = output.stdout();
    out.write_all(page.as_bytes())?;
    out.flush()?;
    Ok(Outcome::Clean)
}
