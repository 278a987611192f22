use super::{ElementDef, outline};

/// `Profile`. `fieldLevelSecurities` is what `fieldPermissions` was called up to version 22.
pub(super) const PROFILE: &[ElementDef] = outline! {
    agentAccesses: list { agentName, enabled },
    applicationVisibilities: list { application, default, visible },
    categoryGroupVisibilities: list { dataCategories: list, dataCategoryGroup, visibility },
    classAccesses: list { apexClass, enabled },
    custom,
    customMetadataTypeAccesses: list { enabled, name },
    customPermissions: list { enabled, name },
    customSettingAccesses: list { enabled, name },
    description,
    externalDataSourceAccesses: list { enabled, externalDataSource },
    fieldLevelSecurities: list { .. },
    fieldPermissions: list { .. },
    flowAccesses: list { enabled, flow },
    fullName,
    genComputingSummaryDefAccesses: list { configName, enabled },
    layoutAssignments: list { layout, recordType },
    loginFlows: list { .. },
    loginHours {
        fridayEnd,
        fridayStart,
        mondayEnd,
        mondayStart,
        saturdayEnd,
        saturdayStart,
        sundayEnd,
        sundayStart,
        thursdayEnd,
        thursdayStart,
        tuesdayEnd,
        tuesdayStart,
        wednesdayEnd,
        wednesdayStart,
    },
    loginIpRanges: list { description, endAddress: required, startAddress: required },
    objectPermissions: list { .. },
    pageAccesses: list { apexPage, enabled },
    profileActionOverrides: list { .. },
    recordTypeVisibilities: list { default, personAccountDefault, recordType, visible },
    servicePresenceStatusAccesses: list { enabled, servicePresenceStatus },
    tabVisibilities: list { tab, visibility },
    userLicense,
    userPermissions: list { enabled: required, name: required },
};

/// `PermissionSet`. `userLicense` is what `license` was called up to version 37; `dataspaceScopes` is in versions up to 66.
pub(super) const PERMISSION_SET: &[ElementDef] = outline! {
    agentAccesses: list { agentName, enabled },
    applicationVisibilities: list { application, default, visible },
    classAccesses: list { apexClass, enabled },
    customMetadataTypeAccesses: list { enabled, name },
    customPermissions: list { enabled, name },
    customSettingAccesses: list { enabled, name },
    dataspaceScopes: list { dataspaceScope, enabled },
    description,
    emailRoutingAddressAccesses: list { enabled, name },
    enrichments { .. },
    externalCredentialPrincipalAccesses: list { enabled, externalCredentialPrincipal },
    externalDataSourceAccesses: list { enabled, externalDataSource },
    fieldPermissions: list { .. },
    flowAccesses: list { enabled, flow },
    fullName,
    genComputingSummaryDefAccesses: list { configName, enabled },
    hasActivationRequired,
    label: required,
    license,
    objectPermissions: list { .. },
    pageAccesses: list { apexPage, enabled },
    recordTypeVisibilities: list { default, recordType, visible },
    servicePresenceStatusAccesses: list { enabled, servicePresenceStatus },
    tabSettings: list { tab, visibility },
    userLicense,
    userPermissions: list { enabled: required, name: required },
};

/// `MutingPermissionSet`: the same elements, taken away instead of granted.
pub(super) const MUTING_PERMISSION_SET: &[ElementDef] = PERMISSION_SET;

/// A file of a decomposed permission set: one preset wraps permissions in `userPermissions`, the other writes the
/// fields of a single one below the root.
pub(super) const USER_PERMISSION: &[ElementDef] =
    outline! { enabled, fullName, name, userPermissions: list { enabled: required, name: required } };

/// `PermissionSetGroup`.
pub(super) const PERMISSION_SET_GROUP: &[ElementDef] = outline! {
    description,
    enrichments { .. },
    fullName,
    hasActivationRequired,
    label: required,
    mutingPermissionSets: list,
    permissionSets: list,
    status,
};
