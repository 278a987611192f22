//! Sessions of an editor: diagnostics, actions, navigation and completion.

use serde_json::{Value, json};

use crate::{
    client::{Client, FixtureCopy, capabilities_of_most_editors, edited, position, uri},
    support::preauth,
};

const APPS: &str = "force-app/main/default/connectedApps";
const SETS: &str = "force-app/main/default/permissionsets";

fn app(copy: &FixtureCopy, name: &str) -> (std::path::PathBuf, String) {
    copy.file(&format!("{APPS}/{name}.connectedApp-meta.xml"))
}

#[test]
fn edit_updates_diagnostics_and_points_to_the_register() {
    let copy = FixtureCopy::new("acme");
    let mut client = Client::with_folders(&[&copy.root], capabilities_of_most_editors());
    let (path, text) = app(&copy, "Payroll_Bridge");
    client.open(&path, &text);
    assert!(!client.diagnostics(&path).iter().any(|one| one["code"] == "self-authorize-server-flow"));
    client.change(&path, &text.replace("<isAdminApproved>true", "<isAdminApproved>false"));
    let all = client.diagnostics(&path);
    let found = all.iter().find(|one| one["code"] == "self-authorize-server-flow").unwrap();
    assert_eq!(found["range"]["start"], position(&text, "true</isAdminApproved>"));
    let related = found["relatedInformation"].as_array().unwrap();
    assert!(related.iter().any(|one| one["location"]["uri"].as_str().unwrap().ends_with("preauth.yaml")));
    let page = found["codeDescription"]["href"].as_str().unwrap();
    assert!(page.ends_with("docs/policies/self-authorize-server-flow.md"), "{page}");
    client.change(&path, &text);
    assert!(!client.diagnostics(&path).iter().any(|one| one["code"] == "self-authorize-server-flow"));
    assert!(client.end().success());
}

#[test]
fn renamed_label_is_reported_in_the_app_that_uses_it() {
    let copy = FixtureCopy::new("acme");
    let mut client = Client::with_folders(&[&copy.root], capabilities_of_most_editors());
    let (set, text) = copy.file(&format!("{SETS}/Integration_User.permissionset-meta.xml"));
    let (app, _) = app(&copy, "Payroll_Bridge");
    client.open(&set, &text);
    client.diagnostics(&set);
    let of_grant = |client: &Client| client.codes(&app).iter().any(|code| code.starts_with("grant-"));
    assert!(!of_grant(&client));
    client.change(&set, &text.replace("<label>Integration User", "<label>Night Watch"));
    client.diagnostics(&set);
    assert!(of_grant(&client), "{:?}", client.codes(&app));
    // Nothing was saved, so the text on disk counts after closing.
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(&set) } }));
    client.open(&app, &std::fs::read_to_string(&app).unwrap());
    client.diagnostics(&app);
    assert!(!of_grant(&client));
    assert!(client.end().success());
}

#[test]
fn malformed_text_keeps_the_last_valid_facts() {
    let copy = FixtureCopy::new("acme");
    let mut client = Client::with_folders(&[&copy.root], capabilities_of_most_editors());
    let (set, text) = copy.file(&format!("{SETS}/Integration_User.permissionset-meta.xml"));
    let (app, app_text) = app(&copy, "Payroll_Bridge");
    client.open(&set, &text);
    client.change(&set, &text.replace("</label>", "</labe"));
    client.diagnostics(&set);
    assert_eq!(client.codes(&set), ["xml-malformed"]);
    assert!(!client.codes(&app).iter().any(|code| code.starts_with("grant-")));
    // Findings in the file itself move with its text.
    client.open(&app, &app_text);
    let place = |all: &[Value]| {
        all.iter().find(|one| one["code"] == "ip-relaxation-unjustified").unwrap()["range"]["start"].clone()
    };
    assert_eq!(place(&client.diagnostics(&app)), position(&app_text, "BYPASS"));
    let broken = app_text.replace("<label>", "\n<<label>");
    client.change(&app, &broken);
    let all = client.diagnostics(&app);
    assert!(client.codes(&app).contains(&"xml-malformed".into()));
    assert_eq!(place(&all), position(&broken, "BYPASS"));
    assert!(client.end().success());
}

#[test]
fn editor_fix_equals_command_line_fix() {
    let copy = FixtureCopy::new("acme");
    let mut client = Client::with_folders(&[&copy.root], capabilities_of_most_editors());
    let (path, text) = app(&copy, "CI_Deploy");
    client.open(&path, &text);
    let actions = client.actions(&path, Some("source.fixAll"));
    assert_eq!(actions.len(), 1);
    let made = edited(&text, actions[0]["edit"]["documentChanges"][0]["edits"].as_array().unwrap());
    let run = preauth().args(["check", "--fix", "--as-of", "2026-01-01"]).arg(&path).output().unwrap();
    assert!(run.status.code().is_some());
    assert_eq!(made, std::fs::read_to_string(&path).unwrap());
    assert_ne!(made, text);
    assert!(client.end().success());
}

#[test]
fn only_safe_fixes_are_preferred_and_display_only_fixes_are_disabled() {
    let copy = FixtureCopy::new("acme");
    let mut client = Client::with_folders(&[&copy.root], capabilities_of_most_editors());
    let (safe, text) = app(&copy, "CI_Deploy");
    client.open(&safe, &text);
    let actions = client.actions(&safe, Some("quickfix"));
    let fix = actions.iter().find(|one| one["title"] == "Set `refreshToken` to `expireImmediately`").unwrap();
    assert_eq!(fix["isPreferred"], true);
    let made = edited(&text, fix["edit"]["documentChanges"][0]["edits"].as_array().unwrap());
    assert_eq!(made, text.replace("infinite", "zero"));
    assert_eq!(fix["edit"]["documentChanges"][0]["textDocument"]["version"], 1);

    let (unsafe_one, text) = app(&copy, "Warehouse_Sync");
    client.open(&unsafe_one, &text);
    let actions = client.actions(&unsafe_one, None);
    let fix = actions.iter().find(|one| one["title"].as_str().unwrap().contains("(unsafe:")).unwrap();
    assert_eq!(fix["isPreferred"], false);
    assert!(!actions.iter().any(|one| one["kind"] == "source.fixAll"), "there is nothing safe");

    let (shown, text) = app(&copy, "Sales_Insights");
    client.open(&shown, &text);
    let actions = client.actions(&shown, None);
    let fix = actions.iter().find(|one| one["title"] == "Set `permittedUsers` to `adminApproved`").unwrap();
    assert!(fix["disabled"]["reason"].is_string() && fix["edit"].is_null());
    assert!(client.end().success());
}

#[test]
fn waiver_is_written_to_the_configuration() {
    let copy = FixtureCopy::new("waived");
    let mut client = Client::with_folders(&[&copy.root], capabilities_of_most_editors());
    let (path, text) = app(&copy, "Sandbox_Lab");
    let (config, before) = copy.file("preauth.yaml");
    client.open(&path, &text);
    let found = client.diagnostics(&path).into_iter().find(|one| one["severity"] != 4).unwrap();
    let code = found["code"].as_str().unwrap();
    let actions = client.actions(&path, None);
    let title = format!("Waive `{code}` here, with a reason");
    let waive = actions.iter().find(|one| one["title"] == title).unwrap();
    let change = &waive["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"]["uri"], uri(&config));
    let after = edited(&before, change["edits"].as_array().unwrap());
    let added: Vec<&str> = after.lines().filter(|line| !before.lines().any(|old| old == *line)).collect();
    assert!(before.lines().all(|line| after.lines().any(|new| new == line)), "bytes stay");
    assert!(added.contains(&"    reason: \"\""), "{added:?}");
    // Without a reason the waiver is an error; with one the finding is waived.
    client.open(&config, &after);
    client.diagnostics(&config);
    assert!(client.codes(&config).contains(&"config-invalid".into()));
    client.change(&config, &after.replace("reason: \"\"", "reason: the vendor asks for it"));
    client.diagnostics(&config);
    let now = client.known(&path);
    let now = now.iter().find(|one| one["code"] == code && one["range"] == found["range"]).unwrap();
    assert_eq!(now["severity"], 4, "{now}");
    assert!(client.end().success());
}

#[test]
fn client_can_send_the_reason_of_a_waiver() {
    let copy = FixtureCopy::new("waived");
    let options = json!({ "asksReasons": true });
    let mut client = Client::with_options(
        &["--as-of", "2026-01-01"],
        &[&copy.root],
        capabilities_of_most_editors(),
        options,
    );
    let (path, text) = app(&copy, "Sandbox_Lab");
    client.open(&path, &text);
    client.diagnostics(&path);
    let actions = client.actions(&path, None);
    let ask = actions.iter().find(|one| one["command"]["command"] == "preauth.askReason").unwrap();
    let mut wanted = ask["command"]["arguments"][0].clone();
    wanted["reason"] = json!("the vendor asks for it: #12");
    let params = json!({ "command": "preauth.waive", "arguments": [wanted] });
    assert_eq!(client.request("workspace/executeCommand", params).unwrap(), true);
    client.request("textDocument/hover", json!({})).unwrap_err();
    let apply = client.asked.iter().find(|one| one["method"] == "workspace/applyEdit").unwrap();
    assert!(apply["params"]["edit"].to_string().contains("the vendor asks for it: #12"));
    assert!(client.end().success());
}

#[test]
fn configuration_change_rechecks_all_files() {
    let copy = FixtureCopy::new("acme");
    let mut client = Client::with_folders(&[&copy.root], capabilities_of_most_editors());
    let (config, text) = copy.file("preauth.yaml");
    let (app, _) = app(&copy, "Shipping_Labels");
    client.open(&config, &text);
    client.diagnostics(&config);
    assert!(client.codes(&app).contains(&"refresh-token-never-expires".into()));
    client.change(&config, &text.replace("{ severity: error }", "off"));
    client.diagnostics(&config);
    assert!(!client.codes(&app).contains(&"refresh-token-never-expires".into()));
    // The error is shown at its location, and the last valid configuration stays in use.
    client.change(&config, &text.replace("{ severity: error }", "erro"));
    client.diagnostics(&config);
    assert_eq!(client.codes(&config), ["config-invalid"]);
    assert!(!client.codes(&app).contains(&"refresh-token-never-expires".into()));
    assert!(client.codes(&app).contains(&"grant-unresolved".into()));
    assert!(client.end().success());
}

#[test]
fn policy_file_is_checked_while_it_is_edited() {
    let copy = FixtureCopy::new("acme");
    std::fs::create_dir(copy.root.join("policies")).unwrap();
    let policy = copy.root.join("policies/short-label.yaml");
    let text = "id: short-label\ntitle: Labels are short\nseverity: warning\nwhy: So that they fit.\nselect: App\n\
                require:\n  - { path: label, matches: '^.{1,10}$' }\nexamples:\n  fail:\n    - app: { label: A label that is long }\n  pass:\n    - app: { label: Short }\n";
    std::fs::write(&policy, text).unwrap();
    let (config, rules) = copy.file("preauth.yaml");
    std::fs::write(&config, format!("policies: [policies]\n{rules}")).unwrap();
    let mut client = Client::with_folders(&[&copy.root], capabilities_of_most_editors());
    client.open(&policy, text);
    assert_eq!(client.diagnostics(&policy), [] as [Value; 0]);
    let (app, _) = app(&copy, "Shipping_Labels");
    assert!(client.codes(&app).contains(&"short-label".into()));
    let of_app = client.known(&app);
    let found = of_app.iter().find(|one| one["code"] == "short-label").unwrap();
    assert_eq!(found["codeDescription"]["href"], uri(&policy));
    let params = json!({ "textDocument": { "uri": uri(&policy) } });
    let lenses = client.request("textDocument/codeLens", params).unwrap();
    let title = lenses[0]["command"]["title"].as_str().unwrap();
    assert!(title.starts_with("matches 16 apps, ") && title.ends_with(" violate it"), "{title}");
    client.change(&policy, &text.replace("{1,10}", "{1,90}"));
    client.diagnostics(&policy);
    assert!(!client.codes(&app).contains(&"short-label".into()));
    client.change(&policy, &text.replace("path: label", "path: lable"));
    let errors = client.diagnostics(&policy);
    assert_eq!(errors[0]["code"], "policy-invalid");
    assert!(errors[0]["message"].as_str().unwrap().contains("did you mean `label`?"), "{errors:?}");
    assert!(client.end().success());
}

#[test]
fn definition_and_references_link_apps_and_permission_sets() {
    let copy = FixtureCopy::new("acme");
    let mut client = Client::with_folders(&[&copy.root], capabilities_of_most_editors());
    let (app, text) = app(&copy, "Payroll_Bridge");
    let (set, set_text) = copy.file(&format!("{SETS}/Integration_User.permissionset-meta.xml"));
    client.open(&app, &text);
    let place = client.at("textDocument/definition", &app, &text, "User</permissionSetName>");
    assert_eq!(place[0]["uri"], uri(&set));
    assert_eq!(place[0]["range"]["start"], position(&set_text, "Integration User</label>"));
    client.open(&set, &set_text);
    let places = client.at("textDocument/references", &set, &set_text, "User</label>");
    let of: Vec<&str> =
        places.as_array().unwrap().iter().map(|place| place["uri"].as_str().unwrap()).collect();
    assert!(of.contains(&uri(&app).as_str()) && of.iter().any(|uri| uri.contains("CI_Deploy")), "{of:?}");
    let (group, group_text) =
        copy.file("force-app/main/default/permissionsetgroups/Field_Operations.permissionsetgroup-meta.xml");
    client.open(&group, &group_text);
    let place = client.at("textDocument/definition", &group, &group_text, "Techs<");
    assert!(place[0]["uri"].as_str().unwrap().contains("Field_Techs"));
    let hover = client.at("textDocument/hover", &app, &text, "User</permissionSetName>");
    let words = hover["contents"]["value"].as_str().unwrap();
    assert!(words.contains("the permission set `Integration_User`"), "{words}");
    assert!(client.end().success());
}

#[test]
fn hover_explains_elements_in_the_words_of_setup() {
    let copy = FixtureCopy::new("acme");
    let mut client = Client::with_folders(&[&copy.root], capabilities_of_most_editors());
    let (app, text) = app(&copy, "Payroll_Bridge");
    client.open(&app, &text);
    let hover = client.at("textDocument/hover", &app, &text, "isAdminApproved>");
    let words = hover["contents"]["value"].as_str().unwrap();
    for part in [
        "**Permitted Users**",
        "Admin approved users are pre-authorized",
        "users of 1 permission set may log in",
        "Integration User",
        "In Setup: Manage Connected Apps",
    ] {
        assert!(words.contains(part), "{part} in {words}");
    }
    let hover = client.at("textDocument/hover", &app, &text, "BYPASS");
    let words = hover["contents"]["value"].as_str().unwrap();
    assert!(
        words.contains("Relax IP restrictions") && words.contains("`ip-relaxation-unjustified`"),
        "{words}"
    );
    let (secret, text) = self::app(&copy, "Legacy_ETL");
    client.open(&secret, &text);
    let hover = client.at("textDocument/hover", &secret, &text, "7F3A91C4");
    assert!(!hover.to_string().contains("7F3A91C4"), "{hover}");
    let params = json!({ "textDocument": { "uri": uri(&app) } });
    let lenses = client.request("textDocument/codeLens", params.clone()).unwrap();
    let title = &lenses[0]["command"]["title"];
    assert_eq!(*title, "users of 1 permission set may log in · any IP · expires immediately");
    let symbols = client.request("textDocument/documentSymbol", params).unwrap();
    assert_eq!(symbols[0]["name"], "Payroll Bridge");
    let names: Vec<&str> =
        symbols[0]["children"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"Permitted Users") && names.contains(&"Integration User"), "{names:?}");
    assert!(client.end().success());
}

#[test]
fn values_and_component_names_are_completed() {
    let copy = FixtureCopy::new("acme");
    let mut client = Client::with_folders(&[&copy.root], capabilities_of_most_editors());
    let (app, text) = app(&copy, "Payroll_Bridge");
    let labels = |items: &Value| -> Vec<String> {
        items.as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
    };
    let typed = text.replace("BYPASS", "");
    client.open(&app, &typed);
    let items = client.at("textDocument/completion", &app, &typed, "</ipRelaxation>");
    assert!(labels(&items).contains(&"ENFORCE".into()) && labels(&items).contains(&"BYPASS".into()));
    let items = client.at("textDocument/completion", &app, &typed, "User</permissionSetName>");
    assert!(labels(&items).contains(&"Deployment Robot".into()), "{items}");
    let (hub, text) =
        copy.file("force-app/main/default/extlClntAppOauthPolicies/hub_policies.ecaOauthPlcy-meta.xml");
    client.open(&hub, &text);
    let items = client.at("textDocument/completion", &hub, &text, "dard User</commaSeparatedProfile>");
    let admin = items.as_array().unwrap().iter().find(|item| item["label"] == "Admin").unwrap();
    let made = edited(&text, std::slice::from_ref(&admin["textEdit"]));
    assert!(
        made.contains("<commaSeparatedProfile>R&amp;D: Prototypes,Admin</commaSeparatedProfile>"),
        "{made}"
    );
    assert!(client.end().success());
}

#[test]
fn changes_on_disk_update_diagnostics() {
    let copy = FixtureCopy::new("acme");
    let mut client = Client::with_folders(&[&copy.root], capabilities_of_most_editors());
    let (open, text) = app(&copy, "Payroll_Bridge");
    client.open(&open, &text);
    client.diagnostics(&open);
    assert!(client.asked.iter().any(|one| one["method"] == "client/registerCapability"));
    let (set, _) = copy.file(&format!("{SETS}/Integration_User.permissionset-meta.xml"));
    let (changed, _) = app(&copy, "Shipping_Labels");
    std::fs::remove_file(&set).unwrap();
    std::fs::write(&changed, text.replace("Payroll Bridge", "Copy of Payroll Bridge")).unwrap();
    // The open text counts, not the one on disk.
    std::fs::write(&open, "<ConnectedApp/>").unwrap();
    let event = |path: &std::path::Path, kind: u8| json!({ "uri": uri(path), "type": kind });
    let changes = json!([event(&set, 3), event(&changed, 2), event(&open, 2)]);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    client.change(&open, &text);
    client.diagnostics(&open);
    assert!(client.codes(&open).contains(&"grant-unresolved".into()), "{:?}", client.codes(&open));
    assert!(!client.codes(&changed).contains(&"refresh-token-never-expires".into()));
    assert!(client.codes(&changed).contains(&"grant-unresolved".into()));
    assert!(client.end().success());
}

#[test]
fn workspace_folders_can_be_added_and_removed() {
    let (one, other) = (FixtureCopy::new("acme"), FixtureCopy::new("waived"));
    let mut client = Client::with_folders(&[&one.root], capabilities_of_most_editors());
    let (path, text) = app(&other, "Agent_Portal");
    let folder = json!({ "uri": uri(&other.root), "name": "other" });
    client.notify(
        "workspace/didChangeWorkspaceFolders",
        json!({ "event": { "added": [folder], "removed": [] } }),
    );
    client.open(&path, &text);
    assert!(!client.diagnostics(&path).is_empty());
    let (first, text) = app(&one, "Payroll_Bridge");
    client.open(&first, &text);
    client.diagnostics(&first);
    client.notify(
        "workspace/didChangeWorkspaceFolders",
        json!({ "event": { "added": [], "removed": [folder] } }),
    );
    client.change(&first, &text);
    client.diagnostics(&first);
    assert_eq!(client.codes(&path), [] as [&str; 0]);
    assert!(client.end().success());
}

#[test]
fn unsaved_files_and_single_files_are_checked() {
    let copy = FixtureCopy::new("acme");
    let mut client = Client::with_folders(&[], capabilities_of_most_editors());
    let (_, text) = app(&copy, "Payroll_Bridge");
    let new = copy.root.join(format!("{APPS}/New_App.connectedApp-meta.xml"));
    client.open(&new, &text.replace("Payroll Bridge", "New App"));
    assert!(!client.diagnostics(&new).is_empty());
    let outside = copy.outside().join("notes.xml");
    client.open(&outside, "<notes/>");
    client.change(&new, &text);
    client.diagnostics(&new);
    assert!(!client.published.contains_key(&uri(&outside)), "a file outside of projects has diagnostics");
    assert!(client.end().success());
}

#[test]
fn pulled_diagnostics_equal_published_ones() {
    let copy = FixtureCopy::new("acme");
    let mut capabilities = capabilities_of_most_editors();
    capabilities["textDocument"]["diagnostic"] = json!({ "dynamicRegistration": false });
    capabilities["workspace"]["diagnostics"] = json!({ "refreshSupport": true });
    let mut client = Client::with_folders(&[&copy.root], capabilities);
    assert_eq!(client.capabilities["diagnosticProvider"]["workspaceDiagnostics"], true);
    let (path, text) = app(&copy, "Payroll_Bridge");
    client.open(&path, &text);
    let document = json!({ "uri": uri(&path) });
    let ask = |client: &mut Client, before: &Value| {
        let params = json!({ "textDocument": document, "previousResultId": before });
        client.request("textDocument/diagnostic", params).unwrap()
    };
    let first = ask(&mut client, &Value::Null);
    assert_eq!(first["kind"], "full");
    assert!(!first["items"].as_array().unwrap().is_empty());
    let again = ask(&mut client, &first["resultId"]);
    assert_eq!((again["kind"].as_str(), &again["resultId"]), (Some("unchanged"), &first["resultId"]));
    assert!(client.published.is_empty());
    assert!(client.end().success());
}

#[test]
fn columns_use_the_negotiated_encoding() {
    let copy = FixtureCopy::new("acme");
    let (path, text) = app(&copy, "Payroll_Bridge");
    let text = text.replace("        <isAdminApproved>true", "        <!-- 🦀é --><isAdminApproved>false");
    let text = text.replace('\n', "\r\n");
    for (offered, agreed, column) in [
        (json!(["utf-8"]), "utf-8", 8 + 15 + 17),
        (json!(["utf-16"]), "utf-16", 8 + 12 + 17),
        (json!(["utf-32", "utf-8"]), "utf-32", 8 + 11 + 17),
        (Value::Null, "utf-16", 8 + 12 + 17),
    ] {
        let mut capabilities = capabilities_of_most_editors();
        capabilities["general"]["positionEncodings"] = offered;
        let mut client = Client::with_folders(&[&copy.root], capabilities);
        assert_eq!(client.capabilities["positionEncoding"], agreed);
        client.open(&path, &text);
        let all = client.diagnostics(&path);
        let found = all.iter().find(|one| one["code"] == "self-authorize-server-flow").unwrap();
        assert_eq!(found["range"]["start"], json!({ "line": 7, "character": column }), "{agreed}");
        assert!(client.end().success());
    }
}

#[test]
fn open_policy_shows_the_text_of_a_builtin_policy() {
    let copy = FixtureCopy::new("acme");
    let mut capabilities = capabilities_of_most_editors();
    capabilities["workspace"]["textDocumentContent"] = json!({});
    let mut client = Client::with_folders(&[&copy.root], capabilities);
    let (path, text) = app(&copy, "Payroll_Bridge");
    client.open(&path, &text);
    let actions = client.actions(&path, None);
    let open =
        actions.iter().find(|one| one["title"] == "Open the policy `ip-relaxation-unjustified`").unwrap();
    let command = &open["command"];
    let params = json!({ "command": command["command"], "arguments": command["arguments"] });
    client.request("workspace/executeCommand", params).unwrap();
    client.request("textDocument/hover", json!({})).unwrap_err();
    let shown = client.asked.iter().find(|one| one["method"] == "window/showDocument").unwrap();
    let uri = shown["params"]["uri"].clone();
    let content = client.request("workspace/textDocumentContent", json!({ "uri": uri })).unwrap();
    assert!(content["text"].as_str().unwrap().contains("id: ip-relaxation-unjustified"));
    assert!(client.end().success());
}
