//! The tables of attributes of profiles, permission sets, permission set groups and muting permission sets.

use crate::{
    Absence, AttributeDef, Codec, Column, ElementRef, EnumLiteral, Item, Kind, Polarity, Sensitivity, Type,
    schema::attributes::RANGES,
};

/// An attribute of a component, and where it is kept.
#[derive(Debug)]
pub struct ComponentAttribute {
    /// Its name, type and meaning.
    pub def: AttributeDef,
    /// The effect of a change on access.
    pub polarity: Polarity,
    /// The place and the form in the files.
    pub column: Column,
}

/// Rows: attribute, polarity, the elements, how they are read, the meaning of their absence.
macro_rules! rows {
    ($($def:expr, $polarity:ident, $([$kind:ident $path:literal])+ => $codec:expr, $absence:ident;)*) => {
        &[$(ComponentAttribute {
            def: $def,
            polarity: Polarity::$polarity,
            column: Column {
                elements: &[$(ElementRef { kind: Kind::$kind, path: $path }),+],
                codec: $codec,
                since: 0,
                absence: Absence::$absence,
            },
        }),*]
    };
}

const LIST_OF_NAMES: Type = Type::List(&Type::Text);
const TEXT: Codec = Codec::One(Item::Text);
const FLAG: Codec = Codec::One(Item::Flag);

/// All attributes of components; each kind has some of them.
pub static COMPONENT: &[AttributeDef] =
    &[KIND, NAME, LABEL, PERMISSIONS, LOGIN_IP_RANGES, USER_LICENSE, CUSTOM, LICENSE, ACTIVATION];

pub(crate) const KIND: AttributeDef = AttributeDef::new("kind", Type::Enum(KINDS), "The kind of component.");
const KINDS: &[EnumLiteral] = &[
    EnumLiteral { name: "profile", setup: "profile" },
    EnumLiteral { name: "permissionSet", setup: "permission set" },
    EnumLiteral { name: "permissionSetGroup", setup: "permission set group" },
    EnumLiteral { name: "mutingPermissionSet", setup: "muting permission set" },
];
pub(crate) const NAME: AttributeDef =
    AttributeDef::new("name", Type::Text, "The API name, as the file name gives it.");
const LABEL: AttributeDef = AttributeDef::new("label", Type::Text, "The name that Setup shows.");
pub(crate) const PERMISSIONS: AttributeDef = AttributeDef {
    name: "permissions",
    ty: LIST_OF_NAMES,
    sensitivity: Sensitivity::Public,
    doc: "The user permissions that are enabled, by their API names. A permission set group has those of its \
          permission sets, without those that it mutes.",
    setup: "User Permissions",
};
pub(crate) const LOGIN_IP_RANGES: AttributeDef = AttributeDef {
    name: "loginIpRanges",
    ty: RANGES,
    sensitivity: Sensitivity::Public,
    doc: "The addresses that the users of a profile may log in from; none means any.",
    setup: "Login IP Ranges",
};
const USER_LICENSE: AttributeDef =
    AttributeDef::new("userLicense", Type::Text, "The license that the users of a profile need.");
const CUSTOM: AttributeDef = AttributeDef::new("custom", Type::Bool, "Whether a profile is a custom one.");
const LICENSE: AttributeDef =
    AttributeDef::new("license", Type::Text, "The license that a permission set is for.");
const ACTIVATION: AttributeDef = AttributeDef::new(
    "activationRequired",
    Type::Bool,
    "Whether a permission set needs to be activated in a session.",
);

/// The attributes of a profile. Source: Metadata API, type `Profile`.
pub static PROFILE: &[ComponentAttribute] = rows! {
    PERMISSIONS, AllowList, [Profile "userPermissions"] => Codec::EnabledNames, Unknown;
    LOGIN_IP_RANGES, Fence, [Profile "loginIpRanges"] =>
        Codec::Ranges { start: "startAddress", end: "endAddress" }, None;
    USER_LICENSE, Neither, [Profile "userLicense"] => TEXT, Unknown;
    CUSTOM, Neither, [Profile "custom"] => FLAG, Unknown;
};

/// The attributes of a permission set. Source: Metadata API, type `PermissionSet`.
pub static PERMISSION_SET: &[ComponentAttribute] = rows! {
    LABEL, Neither, [PermissionSet "label"] => TEXT, Unknown;
    PERMISSIONS, AllowList, [PermissionSet "userPermissions"] [PermissionSetUserPermission "userPermissions"] =>
        Codec::EnabledNames, None;
    LICENSE, Neither, [PermissionSet "license"] => TEXT, None;
    ACTIVATION, Neither, [PermissionSet "hasActivationRequired"] => FLAG, Unknown;
};

/// The attributes of a file in which a preset keeps user permissions of a permission set, in addition to the
/// `userPermissions` of [`PERMISSION_SET`]: the older preset has one file for each permission, with these at its root.
pub(crate) static USER_PERMISSION: &[ComponentAttribute] = rows! {
    AttributeDef::new("name", Type::Text, "The permission's API name."), Neither,
        [PermissionSetUserPermission "name"] => TEXT, Unknown;
    AttributeDef::new("enabled", Type::Bool, "Whether it is enabled."), Neither,
        [PermissionSetUserPermission "enabled"] => FLAG, Unknown;
};

/// The attributes of a permission set group. Source: Metadata API, type `PermissionSetGroup`.
pub static GROUP: &[ComponentAttribute] = rows! {
    LABEL, Neither, [PermissionSetGroup "label"] => TEXT, Unknown;
    AttributeDef::new("permissionSets", LIST_OF_NAMES, "The permission sets in it, by API name."), Neither,
        [PermissionSetGroup "permissionSets"] => Codec::Repeated(Item::Text), None;
    AttributeDef::new("mutingPermissionSets", LIST_OF_NAMES, "The muting permission sets in it, by API name."), Neither,
        [PermissionSetGroup "mutingPermissionSets"] => Codec::Repeated(Item::Text), None;
};

/// The attributes of a muting permission set. Source: Metadata API, type `MutingPermissionSet`.
pub static MUTING: &[ComponentAttribute] = rows! {
    LABEL, Neither, [MutingPermissionSet "label"] => TEXT, Unknown;
    PERMISSIONS, Neither, [MutingPermissionSet "userPermissions"] => Codec::EnabledNames, None;
};

/// The attributes that the files of a kind of component keep.
pub(crate) fn rows(kind: Kind) -> &'static [ComponentAttribute] {
    match kind {
        Kind::Profile => PROFILE,
        Kind::PermissionSetGroup => GROUP,
        Kind::MutingPermissionSet => MUTING,
        _ => PERMISSION_SET,
    }
}
