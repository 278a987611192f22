//! The effect of a change of an attribute on access.

/// The direction in which access changes when the value of an attribute changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polarity {
    /// A demand on clients: `true` is narrower.
    Demand,
    /// A permission: `true` is wider.
    Permission,
    /// A list of what is allowed: a new member is wider.
    AllowList,
    /// Ranges of IP addresses: an address that was outside is wider. No ranges at all allow every address.
    Fence,
    /// Literals, each with its rank: a higher rank is wider.
    Ranked(&'static [(&'static str, u8)]),
    /// A refresh token policy: a longer life is wider.
    Lifetime,
    /// No change is wider or narrower.
    Neither,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ATTRIBUTES, PERMISSION_SET, PROFILE, SETTINGS, Type};

    #[test]
    fn polarity_fits_the_type() {
        let apps = ATTRIBUTES.iter().map(|row| (&row.def, row.polarity));
        let components = PROFILE.iter().chain(PERMISSION_SET).map(|row| (&row.def, row.polarity));
        let settings = SETTINGS.iter().map(|row| (&row.def, row.polarity));
        for (def, polarity) in apps.chain(components).chain(settings) {
            let fits = match polarity {
                Polarity::Demand | Polarity::Permission => def.ty == Type::Bool,
                Polarity::AllowList => matches!(def.ty, Type::List(_)),
                Polarity::Fence => matches!(def.ty, Type::List(Type::Record(_))),
                Polarity::Ranked(ranks) => {
                    let ranked: Vec<_> = ranks.iter().map(|(name, _)| *name).collect();
                    let mut names: Vec<_> = def.ty.literals().iter().map(|literal| literal.name).collect();
                    let is_ranked = !names.is_empty() && names.iter().all(|name| ranked.contains(name));
                    names.retain(|name| ranked.contains(name));
                    is_ranked && names.len() == ranked.len()
                }
                Polarity::Lifetime => def.ty == Type::RefreshToken,
                Polarity::Neither => true,
            };
            assert!(fits, "{}: {polarity:?} of {}", def.name, def.ty.describe());
        }
    }
}
