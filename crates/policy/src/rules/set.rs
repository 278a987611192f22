use std::collections::BTreeMap;

use preauth_metadata::{Demand, Value, masked};
use preauth_source::{ArcStr, Diagnostic, FilePath, Label, Location, Severity, SourceFile};

use crate::{
    compile::{
        compiler::{CODE, Origin, compile},
        raw, shape,
    },
    config::{self, Config},
    form::checks::{FORM_CHECKS, FormCheck, form_check},
    language::{
        path::{AttributePath, Select},
        policy::Policy,
        predicate::{Operand, Predicate},
        test::Test,
    },
    rules::overrides::{Overridden, over},
    yaml::{self, YamlNode},
};

/// A policy that comes with the program.
struct Builtin {
    path: &'static str,
    text: &'static str,
    /// The text without its examples, as the build script has parsed it.
    parsed: &'static [u8],
}

static BUILTIN: &[Builtin] = include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

/// Policies, compiled and configured.
#[derive(Clone, Debug, Default)]
pub struct PolicySet {
    policies: Vec<Policy>,
    /// The texts of the user's policies.
    texts: BTreeMap<FilePath, ArcStr>,
    /// What the configuration says of the checks of form.
    pub(crate) form: Vec<config::Rule>,
    /// What overrides make of policies for their apps, in the order of the configuration.
    pub(crate) overridden: Vec<Overridden>,
}

impl PolicySet {
    /// The built-in policies and those of the user. Every mistake in a policy, or in what the configuration says of
    /// policies, is a diagnostic (`policy-invalid`, `config-invalid`) at its place; policies without one are kept.
    pub fn load(user: &[SourceFile<'_>], config: &Config) -> (Self, Vec<Diagnostic>) {
        let (mut set, mut diagnostics) = Self::builtin(config);
        // What is wrong in a policy is said there, and not wherever it is named.
        let mut written = Vec::new();
        for source in user {
            set.texts.insert(source.path.clone(), source.text.into());
            match yaml::tree(source, CODE) {
                Ok(node) => {
                    written.extend(node.get("id").and_then(|id| id.as_text()).map(str::to_owned));
                    let mistakes = shape::check(source, &node, &shape(), CODE);
                    if mistakes.is_empty() {
                        set.add(source, Origin::User, node, config, &mut diagnostics);
                    }
                    diagnostics.extend(mistakes);
                }
                Err(diagnostic) => diagnostics.push(*diagnostic),
            }
        }
        set.check_names(config, &written, &mut diagnostics);
        diagnostics.extend(set.contradictions());
        // What is wrong with a rule is found again for each override that builds on it.
        let mut distinct = Vec::new();
        for mut diagnostic in diagnostics {
            // It may quote what it found.
            diagnostic.message = masked(&diagnostic.message);
            if !distinct.contains(&diagnostic) {
                distinct.push(diagnostic);
            }
        }
        (set, distinct)
    }

    /// The built-in policies.
    fn builtin(config: &Config) -> (Self, Vec<Diagnostic>) {
        let overridden = config.overrides.iter().map(|by| Overridden::new(by, &config.rules));
        let mut set = Self { overridden: overridden.collect(), ..Self::default() };
        let mut diagnostics = Vec::new();
        for builtin in BUILTIN {
            let source = SourceFile::new(builtin.path.into(), builtin.text);
            let node = yaml::stored(builtin.parsed).expect("invariant: the build script has stored it");
            set.add(&source, Origin::Builtin, node, config, &mut diagnostics);
        }
        (set, diagnostics)
    }

    fn add(
        &mut self,
        source: &SourceFile<'_>,
        origin: Origin,
        node: YamlNode,
        config: &Config,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let raw = match yaml::read::<raw::RawPolicy>(source, node, CODE) {
            Ok(raw) => raw,
            Err(diagnostic) => {
                diagnostics.push(*diagnostic);
                return;
            }
        };
        let id = raw.id.value.clone();
        let place = Location::new(source.path.clone(), raw.id.range);
        if form_check(&id).is_some() || self.get(&id).is_some() {
            let message = format!("there is already a policy `{id}`");
            let mut diagnostic = Diagnostic::new(CODE, Severity::Error, message, Label::new(place, "the second one"))
                .with_help("give yours another id; to change how much a built-in policy matters, use `rules` in `preauth.yaml`");
            diagnostic
                .related
                .extend(self.get(&id).map(|first| Label::new(first.location.clone(), "the first one")));
            diagnostics.push(diagnostic);
            return;
        }
        let rule = config.rules.iter().find(|rule| rule.id == id);
        let Some(mut policy) = compile(source, origin, &raw, rule, diagnostics) else { return };
        let on = match origin {
            Origin::Builtin => config.set,
            // What somebody has written and named is on, unless it is of a set that is not.
            Origin::User => config.set.max(Some(raw::RuleSet::Recommended)),
        };
        policy.off |= rule.is_none() && Some(policy.set) > on;
        self.policies.push(policy);
        for one in &mut self.overridden {
            if let Some(rule) = one.by.rules.iter().find(|rule| rule.id == id) {
                one.policies.extend(compile(
                    source,
                    origin,
                    &raw,
                    Some(&over(&config.rules, rule)),
                    diagnostics,
                ));
            }
        }
    }

    /// Checks that what names a policy names one; `written` are those that the user has.
    fn check_names(&mut self, config: &Config, written: &[String], diagnostics: &mut Vec<Diagnostic>) {
        let known: Vec<&str> = self.ids().chain(written.iter().map(String::as_str)).collect();
        let unknown = |id: &str, place: Location, code: &'static str| {
            let message = format!("there is no policy `{id}`");
            let mut diagnostic = Diagnostic::new(code, Severity::Error, message, Label::new(place, "here"));
            let near = preauth_source::nearest(id, known.iter().copied());
            diagnostic.help.extend(near.map(|near| format!("did you mean `{near}`?")));
            diagnostic
        };
        let rules = || config.rules.iter().chain(config.overrides.iter().flat_map(|one| &one.rules));
        let named = rules().map(|rule| (rule.id.as_str(), &rule.location));
        let waived = config.waivers.waivers.iter().map(|waiver| (waiver.rule.0.as_str(), &waiver.rule.1));
        for (id, place) in named.chain(waived).filter(|(id, _)| !known.contains(id)) {
            diagnostics.push(unknown(id, place.clone(), config::CODE));
        }
        for (rule, given) in rules().flat_map(|rule| rule.params.iter().map(move |given| (rule, given))) {
            if form_check(&rule.id).is_some() {
                let place = Location::new(given.file.clone(), given.name.range);
                let message = format!("`{}` has no parameter `{}`", rule.id, given.name.value);
                diagnostics.push(Diagnostic::new(
                    config::CODE,
                    Severity::Error,
                    message,
                    Label::new(place, "here"),
                ));
            }
        }
        for rule in config.overrides.iter().flat_map(|one| &one.rules) {
            let of_none = |policy: &Policy| matches!(policy.select, Select::Org | Select::RegisterEntry);
            if self.get(&rule.id).is_some_and(of_none) {
                let message = format!("`{}` does not judge apps one by one: say it in `rules`", rule.id);
                let label = Label::new(rule.location.clone(), "here");
                diagnostics.push(Diagnostic::new(config::CODE, Severity::Error, message, label));
            }
        }
        for waiver in &config.waivers.waivers {
            let (id, place) = &waiver.rule;
            if self.ids().any(|known| known == id) && !self.is_waivable(id) {
                let message = format!("`{id}` cannot be waived");
                let label = Label::new(place.clone(), "here");
                diagnostics.push(Diagnostic::new(config::CODE, Severity::Error, message, label).with_help(
                    "correct what it finds; a policy that does not suit your org at all is switched off in `rules`",
                ));
            }
        }
        for policy in &self.policies {
            for id in policy.subsume.iter().filter(|id| !known.contains(&id.value.as_str())) {
                diagnostics.push(unknown(
                    &id.value,
                    Location::new(policy.location.file.clone(), id.range),
                    CODE,
                ));
            }
        }
        self.form = config.rules.iter().filter(|rule| form_check(&rule.id).is_some()).cloned().collect();
    }

    /// All policies, by path.
    pub fn all(&self) -> &[Policy] {
        &self.policies
    }

    /// The policies that are switched on.
    pub fn on(&self) -> impl Iterator<Item = &Policy> {
        self.policies.iter().filter(|policy| !policy.off)
    }

    /// The policy of this id.
    pub fn get(&self, id: &str) -> Option<&Policy> {
        self.policies.iter().find(|policy| &*policy.id == id)
    }

    /// The text of a policy file.
    pub fn text(&self, path: &FilePath) -> Option<&str> {
        let user = self.texts.get(path).map(|text| &**text);
        let builtin = || BUILTIN.iter().find(|builtin| builtin.path == path.as_str()).map(|found| found.text);
        user.or_else(builtin)
    }

    /// The examples of a policy, as its file has them.
    ///
    /// # Errors
    /// What in them is no example.
    pub(crate) fn examples(&self, policy: &Policy) -> Result<raw::RawExamples, Box<Diagnostic>> {
        let path = &policy.location.file;
        let source = SourceFile::new(path.clone(), self.text(path).unwrap_or_default());
        match yaml::tree(&source, CODE)?.get("examples") {
            Some(examples) => yaml::read(&source, examples.clone(), CODE),
            None => Ok(raw::RawExamples::default()),
        }
    }

    /// The ids of all policies and checks of form.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.policies.iter().map(|policy| &*policy.id).chain(FORM_CHECKS.iter().map(|check| check.id))
    }

    /// Whether a policy or check of form comes with the program.
    pub fn is_builtin(&self, id: &str) -> bool {
        let file = self.get(id).map(|policy| policy.location.file.as_str());
        form_check(id).is_some() || BUILTIN.iter().any(|builtin| Some(builtin.path) == file)
    }

    /// Whether a waiver can silence the findings of a policy or a check of form.
    pub fn is_waivable(&self, id: &str) -> bool {
        form_check(id)
            .map_or_else(|| self.get(id).is_some_and(|policy| policy.waivable), |check| check.waivable)
    }

    /// The same policies, with this one switched on, and without overrides.
    pub(crate) fn with(&self, id: &str) -> Self {
        let mut set = Self { overridden: Vec::new(), ..self.clone() };
        set.policies.iter_mut().filter(|policy| &*policy.id == id).for_each(|policy| policy.off = false);
        set
    }

    /// The same policies, with no check of form switched off.
    pub(crate) fn with_every_form_check(&self) -> Self {
        Self { form: Vec::new(), overridden: Vec::new(), ..self.clone() }
    }

    /// How much a violation of a check of form matters at most.
    pub(crate) fn severity_of_form(&self, check: &FormCheck) -> Severity {
        self.configured(check.id).unwrap_or(check.severity)
    }

    /// The severity that the configuration asks for, of a check of form.
    fn configured(&self, code: &str) -> Option<Severity> {
        self.form.iter().find(|rule| rule.id == code).and_then(|rule| rule.severity)
    }

    /// What the policies ask of the files, beside what the tables ask.
    pub fn demand(&self) -> Demand {
        let mut demand = Demand::default();
        for policy in &self.policies {
            let Some(kind) = policy.select.file_kind() else { continue };
            let own =
                |path: &&AttributePath| policy.select.attributes().any(|(_, row)| row.name == path.attribute);
            for path in policy.paths().into_iter().filter(|path| !own(path)) {
                if let Ok(path) = preauth_xml::Path::parse(&path.attribute) {
                    demand.add(kind, &path);
                }
            }
        }
        demand
    }

    /// Policies that demand of the same subject what cannot be true together.
    fn contradictions(&self) -> Vec<Diagnostic> {
        let demands: Vec<(&Policy, Bound<'_>)> = self
            .on()
            .flat_map(|policy| policy.require.iter().flat_map(bounds).map(move |bound| (policy, bound)))
            .collect();
        let mut diagnostics = Vec::new();
        for (index, (policy, bound)) in demands.iter().enumerate() {
            for (other, against) in &demands[index + 1..] {
                let same = policy.select == other.select && bound.path.text == against.path.text;
                if !same || bound.meets(against) || apart(policy, other) || apart(other, policy) {
                    continue;
                }
                let message = format!(
                    "`{}` and `{}` contradict each other: one wants that `{}` {}, the other that it {}",
                    policy.id, other.id, bound.path, bound.sentence, against.sentence
                );
                let place = |policy: &Policy, bound: &Bound<'_>| {
                    Location::new(policy.location.file.clone(), bound.range)
                };
                diagnostics.push(
                    Diagnostic::new(
                        CODE,
                        Severity::Error,
                        message,
                        Label::new(place(other, against), "this"),
                    )
                    .with_related(Label::new(place(policy, bound), "against this"))
                    .with_help(
                        "say in `where` or `except` which of them is about which apps, or switch one off",
                    ),
                );
            }
        }
        diagnostics
    }
}

/// The values that a test leaves to a path.
struct Bound<'t> {
    path: &'t AttributePath,
    allowed: Allowed<'t>,
    sentence: String,
    range: preauth_source::TextRange,
}

enum Allowed<'t> {
    Only(Vec<&'t Value>),
    AllBut(Vec<&'t Value>),
    Nothing,
    Something,
}

/// The bounds that a test puts, where all of them must hold.
fn bounds(test: &Test) -> Vec<Bound<'_>> {
    match test {
        Test::All(tests) => tests.iter().flat_map(bounds).collect(),
        Test::Predicate(test) => {
            let allowed = match &test.predicate {
                Predicate::Equals(operand) => literal(operand).map(|value| Allowed::Only(vec![value])),
                Predicate::OneOf(operands) => {
                    operands.iter().map(literal).collect::<Option<_>>().map(Allowed::Only)
                }
                Predicate::NoneOf(operands) => {
                    operands.iter().map(literal).collect::<Option<_>>().map(Allowed::AllBut)
                }
                Predicate::Absent => Some(Allowed::Nothing),
                Predicate::Present => Some(Allowed::Something),
                _ => None,
            };
            let bound = |allowed| Bound {
                path: &test.path,
                allowed,
                sentence: test.predicate.sentence(),
                range: test.range,
            };
            allowed.map(bound).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn literal(operand: &Operand) -> Option<&Value> {
    match operand {
        Operand::Literal(value) => Some(value),
        Operand::Path(_) | Operand::AsOf(_) => None,
    }
}

impl Bound<'_> {
    /// Whether some value fits both.
    fn meets(&self, other: &Self) -> bool {
        use Allowed::{AllBut, Nothing, Only, Something};
        let among = |value: &Value, values: &[&Value]| values.iter().any(|known| known.same(value));
        match (&self.allowed, &other.allowed) {
            (Only(a), Only(b)) => a.iter().any(|value| among(value, b)),
            (Only(a), AllBut(b)) | (AllBut(b), Only(a)) => a.iter().any(|value| !among(value, b)),
            (Nothing, Only(_) | Something) | (Only(_) | Something, Nothing) => false,
            _ => true,
        }
    }

    /// Whether every value that fits this fits the other.
    fn within(&self, other: &Self) -> bool {
        let Allowed::Only(a) = &self.allowed else { return false };
        match &other.allowed {
            Allowed::Only(b) => a.iter().all(|value| b.iter().any(|known| known.same(value))),
            Allowed::AllBut(b) => a.iter().all(|value| !b.iter().any(|known| known.same(value))),
            Allowed::Something => true,
            Allowed::Nothing => false,
        }
    }
}

/// Whether two policies are never about the same subject, as far as their conditions show.
fn apart(policy: &Policy, other: &Policy) -> bool {
    let conditions: Vec<Bound<'_>> = policy.applies.iter().flat_map(bounds).collect();
    let others: Vec<Bound<'_>> = other.applies.iter().flat_map(bounds).collect();
    let exceptions: Vec<Bound<'_>> = other.except.iter().flat_map(bounds).collect();
    conditions.iter().any(|condition| {
        others.iter().any(|other| other.path.text == condition.path.text && !condition.meets(other))
            || exceptions
                .iter()
                .any(|other| other.path.text == condition.path.text && condition.within(other))
    })
}

/// The schema that policy files are held to.
pub(crate) fn shape() -> serde_json::Value {
    shape::of::<raw::RawPolicy>("preauth policy", "policy.schema.json")
}
