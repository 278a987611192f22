use fastrand::Rng;

use super::{
    app::{App, Flaw},
    markup::Markup,
};

/// The files of an external client app, each with its path below `main/default`: the header, the OAuth settings and
/// the OAuth policies. The global OAuth settings are missing, as they should be in source control.
pub(super) fn files(rng: &mut Rng, app: &App) -> [(String, String); 3] {
    let App { name, .. } = app;
    [
        (format!("externalClientApps/{name}.eca-meta.xml"), header(rng, app)),
        (format!("extlClntAppOauthSettings/{name}_oauth.ecaOauth-meta.xml"), settings(app)),
        (format!("extlClntAppOauthPolicies/{name}_oauthPlcy.ecaOauthPlcy-meta.xml"), policies(app)),
    ]
}

fn header(rng: &mut Rng, app: &App) -> String {
    let mut markup = Markup::new("ExternalClientApplication");
    markup.leaf("contactEmail", &format!("owner{}@example.com", rng.u8(..100)));
    markup.leaf("description", &format!("{} & what belongs to it", app.label()));
    markup.leaf("distributionState", "Local");
    markup.leaf("isProtected", "false");
    markup.leaf("label", &app.label());
    markup.finish()
}

fn settings(app: &App) -> String {
    let scopes = if app.has(Flaw::FullAccess) { "Full, RefreshToken" } else { "Api, RefreshToken" };
    let mut markup = Markup::new("ExtlClntAppOauthSettings");
    markup.leaf("commaSeparatedOauthScopes", scopes);
    markup.leaf("externalClientApplication", &app.name);
    markup.leaf("label", &format!("{} OAuth Settings", app.label()));
    markup.finish()
}

fn policies(app: &App) -> String {
    let open = app.has(Flaw::SelfAuthorized);
    let mut markup = Markup::new("ExtlClntAppOauthConfigurablePolicies");
    let api_names: Vec<String> =
        app.grants.permission_sets.iter().map(|label| label.replace(' ', "_")).collect();
    for (element, names) in
        [("commaSeparatedPermissionSet", &api_names), ("commaSeparatedProfile", &app.grants.profiles)]
    {
        if !names.is_empty() {
            markup.leaf(element, &names.join(","));
        }
    }
    markup.leaf("externalClientApplication", &app.name);
    markup.leaf("ipRelaxationPolicyType", if app.has(Flaw::Relaxed) { "Bypass" } else { "Enforce" });
    markup.leaf("label", &format!("{} OAuth Policies", app.label()));
    markup.leaf(
        "permittedUsersPolicyType",
        if open { "AllSelfAuthorized" } else { "AdminApprovedPreAuthorized" },
    );
    if app.has(Flaw::NeverExpires) {
        markup.leaf("refreshTokenPolicyType", "Infinite");
    } else {
        markup.leaf("refreshTokenPolicyType", "SpecificInactivity");
        markup.leaf("refreshTokenValidityPeriod", "30");
        markup.leaf("refreshTokenValidityUnit", "Days");
    }
    markup.leaf("requiredSessionLevel", "STANDARD");
    markup.finish()
}
