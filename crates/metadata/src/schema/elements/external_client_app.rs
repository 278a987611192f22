use super::{ElementDef, outline};

/// `ExternalClientApplication`: the header, which the other files name.
pub(super) const HEADER: &[ElementDef] = outline! {
    contactEmail,
    contactPhone,
    description,
    distributionState,
    fullName,
    iconUrl,
    infoUrl,
    isProtected,
    label,
    logoUrl,
    managedType,
    orgScopedExternalApp,
};

/// `ExtlClntAppOauthSettings`.
pub(super) const OAUTH_SETTINGS: &[ElementDef] = outline! {
    areAttributesIncludedInAssetToken,
    areCustomPermsIncludedInAssetToken,
    assetTokenAudiences,
    assetTokenSigningCertificate,
    assetTokenValidity,
    clientAssertionCertificate,
    commaSeparatedCustomScopes,
    commaSeparatedOauthScopes,
    customAttributes: list { formula: required, key: required },
    externalClientApplication: required,
    fullName,
    isFirstPartyAppEnabled,
    label,
    oauthLink,
    singleLogoutUrl,
    trustedIpRanges: list { description, endIpAddress: required, startIpAddress: required },
};

/// `ExtlClntAppGlobalOauthSettings`: what holds in every org that has the app.
pub(super) const GLOBAL_OAUTH_SETTINGS: &[ElementDef] = outline! {
    callbackUrl,
    certificate,
    consumerKey,
    consumerSecret,
    externalClientApplication: required,
    fullName,
    idTokenConfig {
        idTokenAudience,
        idTokenIncludeAttributes,
        idTokenIncludeCustomPermissions,
        idTokenIncludeStandardClaims,
        idTokenValidityInMinutes,
    },
    isClientCredentialsFlowEnabled,
    isCodeCredFlowEnabled,
    isCodeCredPostOnly,
    isConsumerSecretOptional,
    isDPopEnabled,
    isDeviceFlowEnabled,
    isEnforceRefreshTokenTTL,
    isIntrospectAllTokens,
    isMtlsEnabled,
    isNamedUserJwtEnabled,
    isPkceRequired,
    isRefreshTokenRotationEnabled,
    isSecretRequiredForRefreshToken,
    isSecretRequiredForTokenExchange,
    isTokenExchangeEnabled,
    label,
    shouldRotateConsumerKey,
    shouldRotateConsumerSecret,
};

/// `ExtlClntAppOauthConfigurablePolicies`: what an admin decides. `isNamedUserJwtEnabled` belongs to versions 61 to 63.
pub(super) const OAUTH_POLICIES: &[ElementDef] = outline! {
    apexHandler,
    clientCredentialsFlowUser,
    commaSeparatedCustomScopes,
    commaSeparatedPermissionSet,
    commaSeparatedProfile,
    customAttributes: list { formula: required, key: required },
    executeHandlerAs,
    externalClientApplication: required,
    fullName,
    guestJwtSessionTimeoutType,
    guestJwtTimeout,
    ipRelaxationPolicyType,
    isClientCredentialsFlowEnabled,
    isGuestCodeCredFlowEnabled,
    isNamedUserJwtEnabled,
    isTokenExchangeFlowEnabled,
    label,
    namedUserJwtSessionTimeoutType,
    namedUserJwtTimeout,
    permittedUsersPolicyType,
    policyAction,
    refreshTokenPolicyType,
    refreshTokenValidityPeriod,
    refreshTokenValidityUnit,
    requiredSessionLevel,
    sessionTimeoutInMinutes,
    singleLogoutUrl,
    startUrl,
};

/// `ExtlClntAppConfigurablePolicies`: which halves of the app are on.
pub(super) const POLICIES: &[ElementDef] = outline! {
    externalClientApplication: required,
    fullName,
    isAttestPluginEnabled,
    isCanvasPluginEnabled,
    isEnabled: required,
    isMobilePluginEnabled,
    isNotificationPluginEnabled,
    isOauthPluginEnabled,
    isPushPluginEnabled,
    isSamlPluginEnabled,
    label,
    startPage,
    startUrl,
};

/// `ExtlClntAppOauthSecuritySettings`.
pub(super) const OAUTH_SECURITY_SETTINGS: &[ElementDef] = outline! {
    externalClientApplication: required,
    fullName,
    label,
    tlsClientAuthCertParamType,
    tlsClientAuthCertParamValue,
    tokenIpRanges: list { description, endIpAddress: required, startIpAddress: required },
};

/// `ExtlClntAppSamlConfigurablePolicies`.
pub(super) const SAML_POLICIES: &[ElementDef] = outline! {
    acsUrl: required,
    certificate,
    commaSeparatedPermissionSet,
    commaSeparatedProfile,
    customAttributes: list { formula: required, key: required },
    encryptionCertificate,
    encryptionType,
    entityUrl: required,
    externalClientApplication: required,
    fullName,
    issuer,
    label,
    nameIdFormat,
    signingAlgorithmType,
    singleLogoutBindingType,
    singleLogoutUrl,
    startUrl,
    subjectCustomAttribute,
    subjectType,
};

/// `ExtlClntAppMobileSettings`.
pub(super) const MOBILE_SETTINGS: &[ElementDef] =
    outline! { externalClientApplication: required, fullName, isScreenLockEnabled: required, label };

/// `ExtlClntAppMobileConfigurablePolicies`.
pub(super) const MOBILE_POLICIES: &[ElementDef] =
    outline! { externalClientApplication: required, fullName, label, screenLockTimeout: required };

/// `ExtlClntAppPushSettings`.
pub(super) const PUSH_SETTINGS: &[ElementDef] = outline! {
    androidPushConfig { fcmProject: required, serviceAccount: required },
    applePushConfig {
        applicationBundle,
        certificate,
        environment: required,
        keyIdentifier,
        password,
        signingKey,
        teamIdentifier,
    },
    externalClientApplication: required,
    fullName,
    label,
    pushConfigLink,
    pushServiceType: required,
};

/// `ExtlClntAppPushConfigurablePolicies`.
pub(super) const PUSH_POLICIES: &[ElementDef] =
    outline! { externalClientApplication: required, fullName, isFullContent: required, label };

/// `ExtlClntAppNotificationSettings`.
pub(super) const NOTIFICATION_SETTINGS: &[ElementDef] = outline! {
    externalClientApplication: required,
    fullName,
    label,
    notificationTypes: list { notificationType: required, pushByDefault },
};

/// `ExtlClntAppCanvasSettings`.
pub(super) const CANVAS_SETTINGS: &[ElementDef] = outline! {
    accessMethod,
    canvasLocationOptions: list,
    canvasOptions: list,
    canvasUrl: required,
    externalClientApplication: required,
    fullName,
    label,
    lifeCycleHandler,
    samlInitiationMethod,
};
