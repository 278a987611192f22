use std::io;

use fastrand::Rng;

use super::{
    DEFAULT, Sink, Size,
    company::{Company, Object},
    markup::{Markup, flag},
};

const PROJECT: &str = r#"{
    "packageDirectories": [
        { "path": "force-app", "default": true },
        { "path": "integrations" }
    ],
    "namespace": "",
    "sfdcLoginUrl": "https://login.salesforce.com",
    "sourceApiVersion": "65.0"
}
"#;

const FORCE_IGNORE: &str = "\
# What is never deployed.
package.xml
**/jsconfig.json
**/.eslintrc.json
**/__tests__/**
**/*.dup
node_modules/
";

const GIT_IGNORE: &str = ".sf/\n.sfdx/\nnode_modules/\ncoverage/\n*.log\n";

/// Settings of the org: the file, the root element, and what is set.
const SETTINGS: [(&str, &str, &str); 4] = [
    ("ConnectedApp", "ConnectedAppSettings", "enableAdminApprovedAppsOnly"),
    ("ExternalClientApp", "ExternalClientAppSettings", "enableClientSecretInRestApiAccess"),
    ("OauthOidc", "OauthOidcSettings", "blockOAuthUnPwFlow"),
    ("Sharing", "SharingSettings", "enableAssetSharing"),
];

/// Writes everything but apps and who may use them: the project, the settings of the org, and the files that a walk
/// meets and nobody reads.
pub(super) fn write(rng: &mut Rng, company: &Company, size: Size, sink: &mut Sink<'_>) -> io::Result<()> {
    sink("sfdx-project.json", PROJECT)?;
    sink(".forceignore", FORCE_IGNORE)?;
    sink(".gitignore", GIT_IGNORE)?;
    sink("package.json", "{ \"name\": \"lantern-bay-freight\", \"private\": true }\n")?;
    for (name, root, element) in SETTINGS {
        let mut markup = Markup::new(root);
        markup.leaf(element, flag(rng.bool()));
        sink(&format!("{DEFAULT}/settings/{name}.settings-meta.xml"), &markup.finish())?;
    }
    for (path, text) in others(company).take(size.others) {
        sink(&format!("{DEFAULT}/{path}"), &text)?;
    }
    for index in 0..size.node_modules {
        let path = format!("node_modules/package-{:03}/lib/module-{}.js", index / 40, index % 40);
        sink(&path, "module.exports = {};\n")?;
    }
    Ok(())
}

/// Files of other types, without end, in about the proportions of real projects: fields before all.
fn others(company: &Company) -> impl Iterator<Item = (String, String)> {
    let objects = company.objects.iter().cycle();
    let classes = company.classes.iter().cycle();
    objects.zip(classes).enumerate().flat_map(|(index, (object, class))| {
        let first = index / company.objects.len() * 10;
        let fields = (first..first + 10).map(move |at| custom_field(object, at));
        fields.chain([layout(index, object)]).chain(apex(index, class)).chain(component(index))
    })
}

/// A field of an object; there are more of them than profiles name.
fn custom_field(object: &Object, at: usize) -> (String, String) {
    let known = &object.fields[at % object.fields.len()][object.name.len() + 1..];
    let name = format!("{}_{}__c", known.trim_end_matches("__c"), at / object.fields.len());
    let mut markup = Markup::new("CustomField");
    markup.leaf("fullName", &name);
    markup.leaf("externalId", "false");
    markup.leaf("label", &name.trim_end_matches("__c").replace('_', " "));
    markup.leaf("length", "255");
    markup.leaf("type", "Text");
    (format!("objects/{}/fields/{name}.field-meta.xml", object.name), markup.finish())
}

fn layout(index: usize, object: &Object) -> (String, String) {
    let mut markup = Markup::new("Layout");
    for field in object.fields.iter().take(12) {
        markup.block("layoutItems", &[("behavior", "Edit"), ("field", &field[object.name.len() + 1..])]);
    }
    (format!("layouts/{} {index}.layout-meta.xml", object.layouts[0]), markup.finish())
}

fn apex(index: usize, class: &str) -> [(String, String); 2] {
    let body = "    // what the class does\n".repeat(40);
    let mut markup = Markup::new("ApexClass");
    markup.leaf("apiVersion", "65.0");
    markup.leaf("status", "Active");
    [
        (
            format!("classes/{class}{index}.cls"),
            format!("public with sharing class {class}{index} {{\n{body}}}\n"),
        ),
        (format!("classes/{class}{index}.cls-meta.xml"), markup.finish()),
    ]
}

fn component(index: usize) -> [(String, String); 4] {
    let file = |name: String| (format!("lwc/panel{index}/{name}"), "// what the component does\n".repeat(20));
    [
        file(format!("panel{index}.js")),
        file(format!("panel{index}.html")),
        file(format!("panel{index}.js-meta.xml")),
        file(format!("__tests__/panel{index}.test.js")),
    ]
}
