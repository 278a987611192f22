//! A refresh token policy as an external client app has it, in three elements: type, period, unit.

use crate::{
    Column, Duration, Fact, NewContent, NoLiteral, RefreshToken, RefreshTokenPolicy, Unit, Value,
    codec::{Spelling, combine, element::Occurrence, item},
};

pub(super) fn read<O: Occurrence>(column: &Column, elements: &[Vec<O>]) -> Option<Fact> {
    let text_of = |index: usize| elements.get(index)?.first().map(|occurrence| &**occurrence.text());
    let fact = combine::first(column, elements, |occurrence| {
        let text = occurrence.text();
        let parsed = || {
            let policy = RefreshTokenPolicy::ALL
                .into_iter()
                .find(|known| known.external_client_app_literal() == &**text)?;
            let period = || Duration::new(text_of(1)?, Unit::find(text_of(2)?, Unit::title_case)?);
            // The period of a policy that has none does not count.
            RefreshToken::new(policy, if policy.has_period() { period() } else { None })
        };
        item::state(occurrence, text, parsed().map(Value::RefreshToken))
    })?;
    let mut places = fact.places.to_vec();
    for place in elements[1..].iter().filter_map(|found| found.first()?.place()) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    Some(Fact { places: places.into(), ..fact })
}

pub(super) fn write(value: &Value) -> Result<Vec<Option<NewContent>>, NoLiteral> {
    let token = value.as_refresh_token().ok_or_else(|| NoLiteral(value.to_string()))?;
    let part = |text: Option<String>| Some(text.map_or(NewContent::Nothing, NewContent::Text));
    Ok(vec![
        part(Some(token.policy().external_client_app_literal().to_owned())),
        part(token.period().map(|period| period.amount.to_string())),
        part(token.period().map(|period| period.unit.title_case().to_owned())),
    ])
}

pub(super) fn literals() -> Vec<String> {
    RefreshTokenPolicy::ALL.map(|policy| policy.external_client_app_literal().to_owned()).into()
}

pub(super) fn spellings() -> Vec<Spelling> {
    let literal = |token: RefreshToken| {
        let policy = token.policy().external_client_app_literal();
        match token.period() {
            None => policy.to_owned(),
            Some(period) => format!("{policy}, {}, {}", period.amount, period.unit.title_case()),
        }
    };
    let spelling = |token: RefreshToken| Spelling {
        value: token.to_string(),
        literal: literal(token),
        setup: token.policy().setup(),
    };
    RefreshToken::examples().map(spelling).collect()
}
