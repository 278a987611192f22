//! A refresh token policy as a ConnectedApp has it, in one element: `specific_lifetime:90:DAYS`.

use crate::{
    Column, Duration, Fact, NewContent, NoLiteral, RefreshToken, RefreshTokenPolicy, Unit, Value,
    codec::{Spelling, combine, element::Occurrence, item},
};

pub(super) fn read<O: Occurrence>(column: &Column, elements: &[Vec<O>]) -> Option<Fact> {
    combine::first(column, elements, |occurrence| {
        let text = occurrence.text();
        item::state(occurrence, text, parsed(text).map(Value::RefreshToken))
    })
}

pub(super) fn write(value: &Value) -> Result<Vec<Option<NewContent>>, NoLiteral> {
    let policy = value.as_refresh_token().ok_or_else(|| NoLiteral(value.to_string()))?;
    Ok(vec![Some(NewContent::Text(literal(policy)))])
}

pub(super) fn literals() -> Vec<String> {
    RefreshToken::examples().map(literal).collect()
}

pub(super) fn spellings() -> Vec<Spelling> {
    let spelling = |token: RefreshToken| Spelling {
        value: token.to_string(),
        literal: literal(token),
        setup: token.policy().setup(),
    };
    RefreshToken::examples().map(spelling).collect()
}

fn literal(token: RefreshToken) -> String {
    let policy = token.policy().connected_app_literal();
    match token.period() {
        None => policy.to_owned(),
        Some(period) => format!("{policy}:{}:{}", period.amount, period.unit.as_str()),
    }
}

fn parsed(text: &str) -> Option<RefreshToken> {
    let mut parts = text.split(':');
    let policy = parts.next()?;
    let policy = RefreshTokenPolicy::ALL.into_iter().find(|known| known.connected_app_literal() == policy)?;
    let period = match (parts.next(), parts.next(), parts.next()) {
        (None, ..) => None,
        (Some(amount), Some(unit), None) => Some(Duration::new(amount, Unit::find(unit, Unit::as_str)?)?),
        _ => return None,
    };
    RefreshToken::new(policy, period)
}
