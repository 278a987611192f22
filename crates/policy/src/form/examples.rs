//! Examples for the checks of form: a file with a finding, and the same file without it.

/// A wrong file, and the same file fixed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FormExample {
    /// The id of the check.
    pub(crate) id: &'static str,
    /// The path of the file: a metadata file, or `preauth.yaml`.
    pub(crate) path: &'static str,
    /// The text of the wrong file.
    pub(crate) wrong: &'static str,
    /// The text of the fixed file.
    pub(crate) right: &'static str,
}

/// Checks without an example, because they are not about the text of a file alone.
#[cfg(test)]
const ABOUT_MORE_THAN_A_TEXT: [&str; 3] = ["element-not-in-version", "file-unknown", "file-unreadable"];

/// Returns the example of a check. Those that are not about the text of a file have none.
pub(crate) fn form_example(id: &str) -> Option<&'static FormExample> {
    EXAMPLES.iter().find(|example| example.id == id)
}

macro_rules! app {
    ($($inside:literal)*) => {
        concat!(
            "<ConnectedApp xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n",
            "    <contactEmail>it@example.com</contactEmail>\n",
            "    <label>Portal</label>\n",
            $($inside,)*
            "</ConnectedApp>\n"
        )
    };
}

const APP: &str = "connectedApps/Portal.connectedApp-meta.xml";
const PERMISSIONS: &str = "permissionsets/Portal_Users.permissionset-meta.xml";
const CONFIG: &str = "preauth.yaml";

const EXAMPLES: &[FormExample] = &[
    FormExample {
        id: "xml-malformed",
        path: APP,
        wrong: app!(
            "    <<<<<<< HEAD\n    <description>Customers</description>\n    =======\n    <description>Partners</description>\n    >>>>>>> feature\n"
        ),
        right: app!("    <description>Customers and partners</description>\n"),
    },
    FormExample {
        id: "element-unknown",
        path: APP,
        wrong: app!(
            "    <oauthPolicy>\n        <refreshTokenValidity>30</refreshTokenValidity>\n    </oauthPolicy>\n"
        ),
        right: app!(
            "    <oauthPolicy>\n        <refreshTokenPolicy>specific_inactivity:30:DAYS</refreshTokenPolicy>\n    </oauthPolicy>\n"
        ),
    },
    FormExample {
        id: "element-misplaced",
        path: APP,
        wrong: app!(
            "    <isAdminApproved>true</isAdminApproved>\n    <oauthConfig>\n        <callbackUrl>https://portal.example.com/callback</callbackUrl>\n    </oauthConfig>\n"
        ),
        right: app!(
            "    <oauthConfig>\n        <callbackUrl>https://portal.example.com/callback</callbackUrl>\n        <isAdminApproved>true</isAdminApproved>\n    </oauthConfig>\n"
        ),
    },
    FormExample {
        id: "element-duplicated",
        path: APP,
        wrong: app!(
            "    <oauthConfig>\n        <callbackUrl>https://portal.example.com/callback</callbackUrl>\n        <isAdminApproved>true</isAdminApproved>\n        <isAdminApproved>false</isAdminApproved>\n    </oauthConfig>\n"
        ),
        right: app!(
            "    <oauthConfig>\n        <callbackUrl>https://portal.example.com/callback</callbackUrl>\n        <isAdminApproved>true</isAdminApproved>\n    </oauthConfig>\n"
        ),
    },
    FormExample {
        id: "required-missing",
        path: APP,
        wrong: app!(
            "    <oauthConfig>\n        <isAdminApproved>true</isAdminApproved>\n    </oauthConfig>\n"
        ),
        right: app!(
            "    <oauthConfig>\n        <callbackUrl>https://portal.example.com/callback</callbackUrl>\n        <isAdminApproved>true</isAdminApproved>\n    </oauthConfig>\n"
        ),
    },
    FormExample {
        id: "value-unknown",
        path: APP,
        wrong: app!(
            "    <oauthConfig>\n        <callbackUrl>https://portal.example.com/callback</callbackUrl>\n    </oauthConfig>\n    <oauthPolicy>\n        <ipRelaxation>relaxIpRanges</ipRelaxation>\n    </oauthPolicy>\n"
        ),
        right: app!(
            "    <oauthConfig>\n        <callbackUrl>https://portal.example.com/callback</callbackUrl>\n    </oauthConfig>\n    <oauthPolicy>\n        <ipRelaxation>BYPASS</ipRelaxation>\n    </oauthPolicy>\n"
        ),
    },
    FormExample {
        id: "permission-unknown",
        path: PERMISSIONS,
        wrong: "<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    <label>Portal Users</label>\n    <userPermissions>\n        <enabled>true</enabled>\n        <name>ApproveUninstalledConnectedApps</name>\n    </userPermissions>\n</PermissionSet>\n",
        right: "<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    <label>Portal Users</label>\n    <userPermissions>\n        <enabled>true</enabled>\n        <name>CanApproveUninstalledApps</name>\n    </userPermissions>\n</PermissionSet>\n",
    },
    FormExample {
        id: "waiver-expired",
        path: CONFIG,
        wrong: "waivers:\n  - { rule: scope-full, app: Order_Sync, value: \"[Full]\", reason: vendor fix is due, expires: 2025-12-31 }\n",
        right: "waivers:\n  - { rule: scope-full, app: Order_Sync, value: \"[Full]\", reason: vendor fix is late, expires: 2026-03-31 }\n",
    },
    FormExample {
        id: "waiver-unmatched",
        path: CONFIG,
        wrong: "waivers:\n  - { rule: scope-full, app: Legacy_ETL, value: \"[Full]\", reason: vendor fix is due, expires: 2026-03-31 }\n",
        right: "waivers: []\n",
    },
    FormExample {
        id: "waiver-widened",
        path: CONFIG,
        wrong: "waivers:\n  - { rule: scope-full, app: Order_Sync, value: \"[Api]\", reason: vendor fix is due, expires: 2026-03-31 }\n",
        right: "waivers:\n  - { rule: scope-full, app: Order_Sync, value: \"[Full]\", reason: looked at again, expires: 2026-03-31 }\n",
    },
    FormExample {
        id: "waiver-too-long",
        path: CONFIG,
        wrong: "waivers_expire_within: 180 DAYS\nwaivers:\n  - { rule: scope-full, app: Order_Sync, value: \"[Full]\", reason: vendor fix is due, expires: 2027-12-31 }\n",
        right: "waivers_expire_within: 180 DAYS\nwaivers:\n  - { rule: scope-full, app: Order_Sync, value: \"[Full]\", reason: vendor fix is due, expires: 2026-03-31 }\n",
    },
    FormExample {
        id: "override-unmatched",
        path: CONFIG,
        wrong: "overrides:\n  - { apps: [Order_Snyc], rules: { scope-full: off } }\n",
        right: "overrides:\n  - { apps: [Order_Sync], rules: { scope-full: off } }\n",
    },
    FormExample {
        id: "rule-retired",
        path: CONFIG,
        wrong: "rules:\n  consumer-secret-api-access: error\n",
        right: "rules:\n  client-secret-rest-access: error\n",
    },
];

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use preauth_metadata::{AppKind, Fact, FileFacts, Kind, Value, attribute};
    use preauth_source::{FilePath, Location, SourceFile};

    use super::*;
    use crate::{
        CheckInput, Config, PolicySet,
        explain::examples::{app_with, workspace},
        form::checks::FORM_CHECKS,
        judge::tree::check,
    };

    /// True if a check has a finding in a tree with this file and an app with the scope `Full`.
    fn finds(example: &FormExample, text: &str) -> bool {
        let list = Value::List([Fact::present(Value::text("Full"), Location::start_of("".into()))].into());
        let full = (attribute("scopes").unwrap(), Some(list));
        let files = app_with(AppKind::ConnectedApp, &[full]).unwrap();
        let source = SourceFile::new(CONFIG.into(), if example.path == CONFIG { text } else { "" });
        let (config, errors) = Config::read(&source);
        assert_eq!(errors, [], "{}", example.id);
        let (policies, errors) = PolicySet::load(&[], &config);
        assert_eq!(errors, [], "{}", example.id);
        let mut tree = workspace(&policies, &files);
        let path = FilePath::from(example.path);
        if let Some((kind, stem)) = Kind::of_path(&path) {
            tree.set(FileFacts::read(&SourceFile::new(path, text), kind, &stem, true, tree.demand()));
        }
        let judgement = check(&tree, &policies, &CheckInput::new(&config, date(2026, 1, 1)));
        judgement.diagnostics.iter().any(|found| &*found.code == example.id)
    }

    #[test]
    fn every_check_has_a_finding_in_its_wrong_example_only() {
        for form in FORM_CHECKS.iter().filter(|check| !ABOUT_MORE_THAN_A_TEXT.contains(&check.id)) {
            let example = form_example(form.id).unwrap_or_else(|| panic!("{} has no example", form.id));
            assert!(finds(example, example.wrong), "{} has no finding", form.id);
            assert!(!finds(example, example.right), "{} has a finding in the fixed file", form.id);
        }
    }
}
