use fastrand::Rng;

use super::{
    app::{App, Flaw},
    markup::{Markup, flag},
};

/// The file of a connected app.
pub(super) fn text(rng: &mut Rng, app: &App) -> String {
    let host = format!("{}.example.com", app.name.to_lowercase().replace('_', "-"));
    let scheme = if app.has(Flaw::InsecureCallback) { "http" } else { "https" };
    let callback = format!("{scheme}://{host}/oauth/callback");
    let second = format!("{callback}\nhttps://staging.{host}/oauth/callback");
    let callback = if rng.u8(..3) == 0 { second } else { callback };
    let key = consumer_key(rng);
    let scope = if app.has(Flaw::FullAccess) { "Full" } else { "Api" };

    let mut markup = Markup::new("ConnectedApp");
    markup.leaf("contactEmail", &format!("owner{}@example.com", rng.u8(..100)));
    if rng.bool() {
        markup.leaf("description", &format!("{} & what belongs to it", app.label()));
    }
    markup.leaf("label", &app.label());
    markup.block(
        "oauthConfig",
        &[
            ("callbackUrl", callback.as_str()),
            ("consumerKey", &key),
            ("isAdminApproved", flag(!app.has(Flaw::SelfAuthorized))),
            ("isClientCredentialEnabled", flag(app.has(Flaw::WithoutRunAsUser))),
            ("isCodeCredentialEnabled", "false"),
            ("isCodeCredentialPostOnly", "false"),
            ("isConsumerSecretOptional", "false"),
            ("isIntrospectAllTokens", "false"),
            ("isNamedUserJwtEnabled", "false"),
            ("isPkceRequired", flag(rng.bool())),
            ("isRefreshTokenRotationEnabled", "false"),
            ("isSecretRequiredForRefreshToken", "true"),
            ("isSecretRequiredForTokenExchange", "true"),
            ("isTokenExchangeEnabled", "false"),
            ("scopes", scope),
            ("scopes", "RefreshToken"),
        ],
    );
    let never = app.has(Flaw::NeverExpires);
    markup.block(
        "oauthPolicy",
        &[
            ("ipRelaxation", if app.has(Flaw::Relaxed) { "BYPASS" } else { "ENFORCE" }),
            ("isTokenExchangeFlowEnabled", "false"),
            ("refreshTokenPolicy", if never { "infinite" } else { "specific_inactivity:30:DAYS" }),
        ],
    );
    for label in &app.grants.permission_sets {
        markup.leaf("permissionSetName", label);
    }
    for name in &app.grants.profiles {
        markup.leaf("profileName", name);
    }
    markup.finish()
}

/// Something that is as long as a consumer key.
fn consumer_key(rng: &mut Rng) -> String {
    std::iter::once("3MVG9EXAMPLE".to_owned())
        .chain((0..72).map(|_| rng.alphanumeric().to_string()))
        .collect()
}
