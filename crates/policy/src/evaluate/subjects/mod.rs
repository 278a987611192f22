//! The kinds of subject. A new kind is a file in this folder, and a line in `KINDS`.

mod app;
mod certificate;
mod component;
mod file;
mod grant;
mod ip_ranges;
mod metadata_type;
mod org;
mod permission_set;
mod profile;
mod register_entry;

use std::{collections::HashMap, iter, sync::LazyLock};

use preauth_metadata::{AttributeDef, Kind, Sensitivity};

use crate::{
    evaluate::{
        context::AppCase,
        subject::{Paths, Select, Subject, SubjectKind},
    },
    language::path::{AttributePath, NoSuchPath},
};

/// The kinds that have attributes. Any metadata type is a kind too, which has XML paths only.
static KINDS: &[&SubjectKind] = &[
    &app::KIND,
    &grant::KIND,
    &certificate::KIND,
    &component::KIND,
    &profile::KIND,
    &permission_set::KIND,
    &ip_ranges::KIND,
    &org::KIND,
    &register_entry::KIND,
    &file::KIND,
];

/// Returns the subjects that are evaluated with an app: the app itself, and its parts.
pub(crate) fn subjects_of_app(app: AppCase<'_>) -> Vec<Subject<'_>> {
    Select::all().flat_map(|select| select.in_app(app)).collect()
}

impl Select {
    /// Apps: the only subjects that fixes are made for.
    pub const APP: Self = Self(&app::KIND);

    /// The settings of the org.
    pub(crate) const ORG: Self = Self(&org::KIND);

    /// Returns the kinds that have attributes.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|kind| Self(kind))
    }

    /// Returns every name that `select` takes.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        Self::all().map(Self::as_str).chain(Kind::all().map(Kind::name))
    }

    /// Returns the kind of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let metadata_type = || metadata_type::kinds().iter().find(|kind| kind.name == name).map(Self);
        Self::all().find(|select| select.as_str() == name).or_else(metadata_type)
    }

    /// Resolves a path among the attributes, or as an XML path.
    ///
    /// # Errors
    /// [`NoSuchPath`] if no attribute has this name, or its value has no such field.
    pub fn path(self, text: &str) -> Result<AttributePath, NoSuchPath> {
        match self.0.paths {
            Paths::Xml(_) => return AttributePath::xml(text),
            Paths::AttributesAndXml(_) if text.contains(['/', '[']) => return AttributePath::xml(text),
            Paths::AttributesAndXml(_) | Paths::Attributes => {}
        }
        if let Some(ty) = (self.0.open_attribute)(text) {
            return Ok(AttributePath::without_fields(text, ty, Sensitivity::Public));
        }
        // The longest name of an attribute that the path begins with counts.
        let mut ends = iter::once(text.len()).chain(text.rmatch_indices('.').map(|(at, _)| at));
        if let Some((end, row)) = ends.find_map(|end| Some((end, self.attribute(&text[..end])?))) {
            return AttributePath::with_fields(text, end, row);
        }
        let known: Vec<String> =
            self.attributes().iter().map(|(prefix, row)| format!("{prefix}{}", row.name)).collect();
        let near = preauth_source::nearest(text, known.iter().map(String::as_str)).map(str::to_owned);
        Err(NoSuchPath { message: format!("`{self}` has no attribute `{text}`"), near })
    }

    /// Returns the attribute of this name, with its prefix.
    fn attribute(self, name: &str) -> Option<&'static AttributeDef> {
        static BY_NAME: LazyLock<HashMap<&str, HashMap<String, &'static AttributeDef>>> =
            LazyLock::new(|| {
                let by_name = |select: Select| {
                    let attributes = select.attributes().into_iter();
                    attributes.map(|(prefix, row)| (format!("{prefix}{}", row.name), row)).collect()
                };
                Select::all().map(|select| (select.as_str(), by_name(select))).collect()
            });
        BY_NAME.get(self.as_str())?.get(name).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longest_attribute_name_counts() {
        let path = Select::APP.path("grants.profiles").unwrap();
        assert_eq!((path.attribute.as_str(), path.fields.len()), ("grants.profiles", 0));
        let path = Select::APP.path("refreshToken.period").unwrap();
        assert_eq!((path.attribute.as_str(), path.ty), ("refreshToken", preauth_metadata::Type::Duration));
    }

    #[test]
    fn unknown_path_suggests_a_similar_one() {
        let error = Select::APP.path("permitedUsers").unwrap_err();
        assert_eq!(error.near.as_deref(), Some("permittedUsers"));
        let error = Select::APP.path("refreshToken.perod").unwrap_err();
        assert_eq!(error.near.as_deref(), Some("period"));
        assert!(Select::APP.path("permittedUsers.x").unwrap_err().message.contains("has no fields"));
    }

    #[test]
    fn grant_has_the_attributes_of_its_app_and_its_component() {
        let grant = Select::named("Grant").unwrap();
        assert!(grant.path("app.permittedUsers").is_ok());
        assert!(grant.path("component.permissions").is_ok());
        assert!(grant.path("app.declared.justify.ip-relaxation.expires").is_ok());
    }

    #[test]
    fn metadata_type_has_xml_paths() {
        let select = Select::named("ConnectedApp").unwrap();
        assert!(select.path("oauthConfig/isAdminApproved").is_ok());
        assert!(select.path("oauthConfig[/").is_err());
    }

    #[test]
    fn kinds_have_unique_names() {
        let mut names: Vec<_> = Select::all().map(Select::as_str).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), KINDS.len());
    }
}
