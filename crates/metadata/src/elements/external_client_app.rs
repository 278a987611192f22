use super::{Element, outline};

/// `ExternalClientApplication`: the header, which the other files name.
pub(super) const HEADER: &[Element] = outline! {
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
pub(super) const OAUTH_SETTINGS: &[Element] = outline! {
    areAttributesIncludedInAssetToken,
    areCustomPermsIncludedInAssetToken,
    assetTokenAudiences,
    assetTokenSigningCertificate,
    assetTokenValidity,
    clientAssertionCertificate,
    commaSeparatedCustomScopes,
    commaSeparatedOauthScopes,
    customAttributes: list { formula, key },
    externalClientApplication,
    fullName,
    isFirstPartyAppEnabled,
    label,
    oauthLink,
    singleLogoutUrl,
    trustedIpRanges: list { description, endIpAddress, startIpAddress },
};

/// `ExtlClntAppGlobalOauthSettings`: what holds in every org that has the app.
pub(super) const GLOBAL_OAUTH_SETTINGS: &[Element] = outline! {
    callbackUrl,
    certificate,
    consumerKey,
    consumerSecret,
    externalClientApplication,
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
pub(super) const OAUTH_POLICIES: &[Element] = outline! {
    apexHandler,
    clientCredentialsFlowUser,
    commaSeparatedCustomScopes,
    commaSeparatedPermissionSet,
    commaSeparatedProfile,
    customAttributes: list { formula, key },
    executeHandlerAs,
    externalClientApplication,
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
pub(super) const POLICIES: &[Element] = outline! {
    externalClientApplication,
    fullName,
    isAttestPluginEnabled,
    isCanvasPluginEnabled,
    isEnabled,
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
pub(super) const OAUTH_SECURITY_SETTINGS: &[Element] = outline! {
    externalClientApplication,
    fullName,
    label,
    tlsClientAuthCertParamType,
    tlsClientAuthCertParamValue,
    tokenIpRanges: list { description, endIpAddress, startIpAddress },
};

/// `ExtlClntAppSamlConfigurablePolicies`.
pub(super) const SAML_POLICIES: &[Element] = outline! {
    acsUrl,
    certificate,
    commaSeparatedPermissionSet,
    commaSeparatedProfile,
    customAttributes: list { formula, key },
    encryptionCertificate,
    encryptionType,
    entityUrl,
    externalClientApplication,
    fullName,
    issuer,
    label,
    nameIdFormat,
    signingAlgorithmType,
    singleLogoutBindingType,
    singleLogoutUrl,
    subjectCustomAttribute,
    subjectType,
};

/// `ExtlClntAppMobileSettings`.
pub(super) const MOBILE_SETTINGS: &[Element] =
    outline! { externalClientApplication, fullName, isScreenLockEnabled, label };

/// `ExtlClntAppMobileConfigurablePolicies`.
pub(super) const MOBILE_POLICIES: &[Element] =
    outline! { externalClientApplication, fullName, label, screenLockTimeout };

/// `ExtlClntAppPushSettings`.
pub(super) const PUSH_SETTINGS: &[Element] = outline! {
    androidPushConfig { fcmProject, serviceAccount },
    applePushConfig {
        applicationBundle,
        certificate,
        environment,
        keyIdentifier,
        password,
        signingKey,
        teamIdentifier,
    },
    externalClientApplication,
    fullName,
    label,
    pushConfigLink,
    pushServiceType,
};

/// `ExtlClntAppPushConfigurablePolicies`.
pub(super) const PUSH_POLICIES: &[Element] =
    outline! { externalClientApplication, fullName, isFullContent, label };

/// `ExtlClntAppNotificationSettings`.
pub(super) const NOTIFICATION_SETTINGS: &[Element] = outline! {
    externalClientApplication,
    fullName,
    label,
    notificationTypes: list { notificationType, pushByDefault },
};

/// `ExtlClntAppCanvasSettings`.
pub(super) const CANVAS_SETTINGS: &[Element] = outline! {
    accessMethod,
    canvasLocationOptions: list,
    canvasOptions: list,
    canvasUrl,
    externalClientApplication,
    fullName,
    label,
    lifeCycleHandler,
    samlInitiationMethod,
};
