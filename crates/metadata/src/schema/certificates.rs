//! The table of certificates: the elements that hold them, and their attributes.

use crate::{AttributeDef, ElementRef, EnumLiteral, Kind, Type};

const USES: &[EnumLiteral] = &[
    EnumLiteral { name: "digitalSignatures", setup: "Use digital signatures" },
    EnumLiteral { name: "clientAssertion", setup: "Client assertion certificate" },
    EnumLiteral { name: "samlRequestSignature", setup: "Verify Request Signatures" },
    EnumLiteral { name: "samlEncryption", setup: "Encrypt SAML Response" },
];

/// The elements that hold certificates, each with its use. The signing certificate of asset tokens is not among them:
/// it is referred to by an id.
pub(crate) const CERTIFICATE_ELEMENTS: &[(&str, ElementRef)] = &[
    ("digitalSignatures", ElementRef { kind: Kind::ConnectedApp, path: "oauthConfig/certificate" }),
    ("samlRequestSignature", ElementRef { kind: Kind::ConnectedApp, path: "samlConfig/certificate" }),
    ("samlEncryption", ElementRef { kind: Kind::ConnectedApp, path: "samlConfig/encryptionCertificate" }),
    ("digitalSignatures", ElementRef { kind: Kind::ExtlClntAppGlobalOauthSettings, path: "certificate" }),
    (
        "clientAssertion",
        ElementRef { kind: Kind::ExtlClntAppOauthSettings, path: "clientAssertionCertificate" },
    ),
    (
        "samlRequestSignature",
        ElementRef { kind: Kind::ExtlClntAppSamlConfigurablePolicies, path: "certificate" },
    ),
    (
        "samlEncryption",
        ElementRef { kind: Kind::ExtlClntAppSamlConfigurablePolicies, path: "encryptionCertificate" },
    ),
];

const KEYS: &[EnumLiteral] = &[
    EnumLiteral { name: "RSA", setup: "" },
    EnumLiteral { name: "EC", setup: "" },
    EnumLiteral { name: "DSA", setup: "" },
    EnumLiteral { name: "Ed25519", setup: "" },
    EnumLiteral { name: "Ed448", setup: "" },
];

const HASHES: &[EnumLiteral] = &[
    EnumLiteral { name: "md5", setup: "MD5" },
    EnumLiteral { name: "sha1", setup: "SHA-1" },
    EnumLiteral { name: "sha224", setup: "SHA-224" },
    EnumLiteral { name: "sha256", setup: "SHA-256" },
    EnumLiteral { name: "sha384", setup: "SHA-384" },
    EnumLiteral { name: "sha512", setup: "SHA-512" },
];

/// The attributes of a certificate. `daysLeft` is not among them, because it depends on the day of the check.
pub const CERTIFICATE: &[AttributeDef] = &[
    AttributeDef::new("use", Type::Enum(USES), "What the app uses the certificate for."),
    AttributeDef::new("problem", Type::Text, "Why it cannot be read as a certificate; none when it can."),
    AttributeDef::new("subject", Type::Text, "Whose it is: the common name."),
    AttributeDef::new("validFrom", Type::Date, "The first day on which it is valid (UTC)."),
    AttributeDef::new("expires", Type::Date, "The day on which it stops being valid (UTC)."),
    AttributeDef::new("keyAlgorithm", Type::Enum(KEYS), "The algorithm of its key."),
    AttributeDef::new("keyBits", Type::Number, "The size of its key in bits."),
    AttributeDef::new(
        "signatureHash",
        Type::Enum(HASHES),
        "The hash function of its signature; not applicable where the signature has one of its own, as Ed25519 has.",
    ),
];
