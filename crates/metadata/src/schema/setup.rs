//! Values as Setup shows them. Secrets are masked.

use crate::{AttributeDef, Fact, Type, Value, as_ip_range, secret::masked};

/// Formats a value of an attribute in the words of Setup.
pub fn in_setup(def: &AttributeDef, value: &Value) -> String {
    def.sensitivity.mask(&value.to_string()).unwrap_or_else(|| words(def.ty, value))
}

fn words(ty: Type, value: &Value) -> String {
    match value {
        Value::Bool(true) => "on".into(),
        Value::Bool(false) => "off".into(),
        Value::RefreshToken(token) => {
            let setup = token.policy().setup();
            token.period().map_or_else(|| setup.to_owned(), |period| setup.replace('…', &period.in_words()))
        }
        Value::List(items) => {
            let of = if let Type::List(item) = ty { *item } else { Type::Any };
            let mut items: Vec<String> =
                items.iter().filter_map(Fact::value).map(|value| words(of, value)).collect();
            items.sort();
            if items.is_empty() { "none".into() } else { items.join(", ") }
        }
        Value::Record(fields) => match as_ip_range(value) {
            Some(range) => range.to_string(),
            None => {
                let values = fields.iter().filter_map(|(_, fact)| fact.value());
                values.map(|value| words(Type::Any, value)).collect::<Vec<_>>().join(": ")
            }
        },
        Value::Text(text) => {
            let known = ty.literals().iter().find(|word| *word.name == **text && !word.setup.is_empty());
            known.map_or_else(
                || masked(text).lines().collect::<Vec<_>>().join(" "),
                |word| word.setup.to_owned(),
            )
        }
        Value::Number(_) | Value::Duration(_) | Value::Date(_) => value.in_words(),
    }
}

#[cfg(test)]
mod tests {
    use preauth_source::Location;

    use super::*;
    use crate::attribute;

    fn shown(name: &str, value: &Value) -> String {
        in_setup(&attribute(name).unwrap().def, value)
    }

    #[test]
    fn values_have_the_words_of_setup() {
        assert_eq!(
            shown("permittedUsers", &Value::text("adminApproved")),
            "Admin approved users are pre-authorized"
        );
        assert_eq!(shown("pkceRequired", &Value::Bool(true)), "on");
        let policy = "afterLifetime 1 DAYS".parse().unwrap();
        assert_eq!(shown("refreshToken", &Value::RefreshToken(policy)), "Expire refresh token after 1 day");
    }

    #[test]
    fn lists_do_not_depend_on_the_order_of_the_source() {
        let list = |words: [&str; 2]| {
            let place = Location::start_of("a".into());
            Value::List(words.map(|word| Fact::present(Value::text(word), place.clone())).into())
        };
        assert_eq!(shown("scopes", &list(["Web", "Api"])), shown("scopes", &list(["Api", "Web"])));
        assert_eq!(shown("scopes", &Value::List([].into())), "none");
    }

    #[test]
    fn secrets_are_not_shown() {
        let secret = Value::text("3MVG9000000000000000000000000000000000000000000000");
        assert_eq!(shown("consumerSecret", &secret), "(secret)");
        assert_eq!(shown("consumerKey", &secret), "3MVG90…");
        assert_eq!(shown("certificate", &secret), "(certificate)");
    }
}
