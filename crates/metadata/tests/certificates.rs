//! Certificates in apps: the facts of each text in `fixtures/certificates`.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read files, and fail by panicking")]

mod tree;

use preauth_metadata::{App, CERTIFICATE, Certificate, FactState, Project, masked, private_keys};
use preauth_source::SourceFile;
use tree::{connected_app, external_client_app, files, only_app, org, workspace};

const READ: &[(&str, &str)] = &[
    ("bare.txt", "orders.example.com, 2025-01-01 to 2035-01-01, EC 256, sha256"),
    ("bare-one-line.txt", "orders.example.com, 2025-01-01 to 2035-01-01, EC 256, sha256"),
    ("chain.txt", "orders.example.com, 2025-01-01 to 2035-01-01, EC 256, sha256"),
    ("dsa-1024.txt", "orders.example.com, 2025-01-01 to 2055-01-01, DSA 1024, sha256"),
    ("ed25519.txt", "orders.example.com, 2025-01-01 to 2055-01-01, Ed25519 256, (not applicable)"),
    ("encoded-twice.txt", "orders.example.com, 2025-01-01 to 2035-01-01, EC 256, sha256"),
    ("expired.txt", "orders.example.com, 2022-03-01 to 2024-03-01, EC 256, sha256"),
    ("expiring.txt", "orders.example.com, 2025-02-01 to 2026-01-31, EC 256, sha256"),
    ("md5.txt", "orders.example.com, 2025-01-01 to 2035-01-01, RSA 1024, md5"),
    ("negative-serial.txt", "orders.example.com, 2025-01-01 to 2035-01-01, EC 256, sha256"),
    ("pem.txt", "orders.example.com, 2025-01-01 to 2035-01-01, EC 256, sha256"),
    ("pem-crlf.txt", "orders.example.com, 2025-01-01 to 2035-01-01, EC 256, sha256"),
    ("pem-one-line.txt", "orders.example.com, 2025-01-01 to 2035-01-01, EC 256, sha256"),
    ("pem-with-preamble.txt", "orders.example.com, 2025-01-01 to 2035-01-01, EC 256, sha256"),
    ("pem-without-end.txt", "orders.example.com, 2025-01-01 to 2035-01-01, EC 256, sha256"),
    ("pss.txt", "orders.example.com, 2025-01-01 to 2055-01-01, RSA 2048, sha384"),
    ("rsa-1024.txt", "orders.example.com, 2025-01-01 to 2035-01-01, RSA 1024, sha256"),
    ("rsa-2048.txt", "orders.example.com, 2025-01-01 to 2035-01-01, RSA 2048, sha256"),
    ("sha1.txt", "orders.example.com, 2025-01-01 to 2035-01-01, EC 256, sha1"),
];

const PROBLEMS: &[(&str, &str)] = &[
    ("cut-off.txt", "it is cut off: 147 of its 311 bytes are there"),
    ("damaged.txt", "it is damaged: malformed ASN.1 DER value for UTCTime"),
    ("garbage.txt", "nothing in it is encoded like one"),
    ("garbage-base64.txt", "nothing in it is encoded like one"),
    ("pkcs12.txt", "it is a PKCS#12 store (.p12, .pfx), which holds a private key"),
    ("pkcs7.txt", "it is a PKCS#7 bundle (.p7b) of certificates"),
    ("private-key-encrypted.txt", "it is an encrypted private key"),
    ("private-key-pem.txt", "it is a private key"),
    ("private-key-pkcs1.txt", "it is a private key"),
    ("private-key-pkcs8.txt", "it is a private key"),
    ("private-key-sec1.txt", "it is a private key"),
    ("public-key.txt", "it is a public key without a certificate"),
    ("request.txt", "it is a certificate signing request, not the certificate that came of it"),
];

fn fixture(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/certificates/");
    std::fs::read_to_string(format!("{folder}{name}")).unwrap()
}

/// Returns an app with this text as its certificate.
fn app_with(text: &str) -> App {
    let inside = format!("<label>a</label><oauthConfig><certificate>{text}</certificate></oauthConfig>");
    only_app(&org(&connected_app(&inside))).clone()
}

fn shown(certificate: &Certificate, name: &str) -> String {
    match &certificate.facts.get(name).unwrap().state {
        FactState::Present(value) => value.to_string(),
        FactState::None => "(none)".into(),
        FactState::NotApplicable(_) => "(not applicable)".into(),
        FactState::Unknown(_) => "(unknown)".into(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn certificates_are_read_in_every_pasted_form() {
    for (name, expected) in READ {
        let app = app_with(&fixture(name));
        let [certificate] = &app.certificates[..] else { panic!("{name}") };
        let of = |fact: &str| shown(certificate, fact);
        let read = format!(
            "{}, {} to {}, {} {}, {}",
            of("subject"),
            of("validFrom"),
            of("expires"),
            of("keyAlgorithm"),
            of("keyBits"),
            of("signatureHash")
        );
        assert_eq!((read.as_str(), of("problem").as_str()), (*expected, "(none)"), "{name}");
    }
}

#[test]
fn other_content_is_named_instead_of_a_certificate() {
    for (name, expected) in PROBLEMS {
        let app = app_with(&fixture(name));
        assert_eq!(shown(&app.certificates[0], "problem"), *expected, "{name}");
        assert_eq!(shown(&app.certificates[0], "expires"), "(not applicable)", "{name}");
    }
}

#[test]
fn facts_of_certificate_names_and_placeholders_are_unknown() {
    for name in ["name.txt", "placeholder.txt"] {
        let app = app_with(&fixture(name));
        for row in &CERTIFICATE[1..] {
            assert_eq!(shown(&app.certificates[0], row.name), "(unknown)", "{name} {}", row.name);
        }
    }
}

#[test]
fn facts_of_replaced_certificates_are_unknown() {
    let json = r#"{"packageDirectories":[{"path":"."}],"replacements":[{"glob":"**/*.connectedApp-meta.xml","stringToReplace":"ask Dana","replaceWithEnv":"C"}]}"#;
    let (project, _) = Project::parse(&SourceFile::new(Project::FILE.into(), json));
    let tree = connected_app("<oauthConfig><certificate>ask Dana for it</certificate></oauthConfig>");
    let org = workspace(&tree, project).org().clone();
    assert_eq!(shown(&only_app(&org).certificates[0], "problem"), "(unknown)");
}

#[test]
fn every_certificate_of_an_app_is_found() {
    let text = fixture("bare.txt");
    let uses = |app: &App| app.certificates.iter().map(|held| held.r#use).collect::<Vec<_>>();
    let inside = format!(
        "<label>a</label><oauthConfig><certificate>{text}</certificate></oauthConfig>\
         <samlConfig><certificate>{text}</certificate><encryptionCertificate>{text}</encryptionCertificate></samlConfig>"
    );
    let connected = org(&connected_app(&inside));
    assert_eq!(uses(only_app(&connected)), ["digitalSignatures", "samlRequestSignature", "samlEncryption"]);
    let mut eca = external_client_app(&format!("<certificate>{text}</certificate>"), "");
    let link = tree::LINK;
    eca.extend(files(&[
        (
            "eca/Order_Sync.ecaOauth-meta.xml",
            tree::SETTINGS,
            &format!("{link}<clientAssertionCertificate>{text}</clientAssertionCertificate>"),
        ),
        (
            "eca/Order_Sync.ecaSamlPlcy-meta.xml",
            "ExtlClntAppSamlConfigurablePolicies",
            &format!(
                "{link}<certificate>{text}</certificate><encryptionCertificate>{text}</encryptionCertificate>"
            ),
        ),
    ]));
    assert_eq!(
        uses(only_app(&org(&eca))),
        ["digitalSignatures", "clientAssertion", "samlRequestSignature", "samlEncryption"]
    );
}

#[test]
fn private_keys_are_found_and_hidden() {
    for (name, expected) in PROBLEMS.iter().chain(READ) {
        let text = fixture(name);
        let document = format!("<a>\n<!-- {text} -->\n</a>");
        let keys = private_keys(&document);
        let is_key = name.starts_with("private-key") || *name == "pkcs12.txt";
        assert_eq!(keys.len(), usize::from(is_key), "{name}");
        for (range, what) in keys {
            assert!(expected.ends_with(what), "{name}: {what}");
            assert!(document[range.clone()].contains(text.lines().nth(1).unwrap_or(&text)), "{name}");
            assert!(!masked(&document)[range].contains(|c: char| c.is_ascii_alphanumeric()), "{name}");
        }
    }
}

#[test]
fn private_key_without_newlines_is_masked_to_its_end() {
    let text = fixture("private-key-pkcs1.txt");
    for (line_break, written) in [("\n", " "), ("\n", "&#13;\n"), ("\n", "&#xD;\n        "), ("\n", "")] {
        let document = format!("<a>{}</a>", text.trim().replace(line_break, written));
        assert!(!masked(&document).contains(text.lines().last().unwrap()), "{written:?}");
    }
}

/// Returns a text as an org returns it: in base64, in lines of `width` bytes with this newline.
fn encoded(text: &str, width: usize, newline: &str) -> String {
    let packed = data_encoding::BASE64.encode(text.as_bytes());
    let lines: Vec<&str> =
        packed.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
    lines.join(newline)
}

#[test]
fn pem_file_in_base64_is_decoded() {
    let bag = "Bag Attributes\n    localKeyID: 01 02 03 04 \nsubject=CN = orders.example.com\n";
    let (pem, key) = (fixture("pem.txt"), fixture("private-key-pem.txt"));
    for (file, has_key) in [
        (pem.clone(), false),
        (format!("{bag}{pem}"), false),
        (format!("{bag}{pem}{bag}Key Attributes: <No Attributes>\n{key}"), true),
        (format!("\n\n{bag}{pem}{key}").replace('\n', "\r\n"), true),
        (encoded(&format!("{pem}{key}"), 64, "\r\n"), true),
    ] {
        for (width, newline) in [(usize::MAX, ""), (64, "\n"), (76, "\r\n"), (76, "&#13;\n    "), (64, " ")] {
            let text = encoded(&file, width, newline);
            let app = app_with(&text);
            assert_eq!(shown(&app.certificates[0], "problem"), "(none)", "{file}");
            assert_eq!(shown(&app.certificates[0], "expires"), "2035-01-01", "{file}");
            let keys = private_keys(&format!("<a>{text}</a>"));
            assert_eq!(keys, if has_key { vec![(3..3 + text.len(), "a private key")] } else { vec![] });
            let hidden = masked(&text).bytes().all(|byte| b"*\r\n &#;13".contains(&byte));
            assert_eq!(hidden, has_key, "{}", masked(&text));
        }
    }
    let app = app_with(&encoded(&key, 76, "\n"));
    assert_eq!(shown(&app.certificates[0], "problem"), "it is a private key");
}

#[test]
fn layers_of_base64_are_limited() {
    let mut text = fixture("private-key-pem.txt");
    let layers = (0..6).map(|_| {
        text = encoded(&text, usize::MAX, "");
        private_keys(&text).len()
    });
    assert_eq!(layers.collect::<Vec<_>>(), [1, 1, 1, 0, 0, 0]);
}
