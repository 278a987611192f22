//! Conversion between paths and URIs.

use camino::{Utf8Path, Utf8PathBuf};
use lsp_types::Uri;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use preauth_source::FilePath;

/// The scheme of documents that are built into the program.
pub(crate) const CONTENT_SCHEME: &str = "preauth";

/// The characters that are percent-encoded in a URI.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Returns the path of a `file` URI: absolute, with the separators of the platform. Returns `None` for other schemes, and
/// for paths that are not UTF-8.
pub(crate) fn path_of(uri: &Uri) -> Option<Utf8PathBuf> {
    let (scheme, rest) = uri.0.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/')?),
        None => ("", rest),
    };
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let path = match (cfg!(windows), host) {
        (true, "" | "localhost") => path.strip_prefix('/').unwrap_or(&path).replace('/', "\\"),
        (true, host) => format!("\\\\{host}{}", path.replace('/', "\\")),
        (false, _) => path.into_owned(),
    };
    let path = Utf8PathBuf::from(upper_drive(path));
    path.is_absolute().then(|| path.components().collect())
}

/// Returns the URI of an absolute path.
pub(crate) fn of_path(path: &Utf8Path) -> Uri {
    let text = if cfg!(windows) { path.as_str().replace('\\', "/") } else { path.as_str().to_owned() };
    let slash = if text.starts_with('/') { "" } else { "/" };
    Uri(format!("file://{slash}{}", utf8_percent_encode(&text, ENCODED)))
}

/// Returns the URI of the text of a built-in policy.
pub(crate) fn of_content(file: &FilePath) -> Uri {
    let path = of_path(&Utf8PathBuf::from(format!("/{file}"))).0;
    format!("{CONTENT_SCHEME}:{}", path.strip_prefix("file://").unwrap_or(&path)).into()
}

/// Makes the drive letter of a Windows path upper case. Clients send either case.
fn upper_drive(mut path: String) -> String {
    if cfg!(windows) && path.as_bytes().get(1) == Some(&b':') {
        path[..1].make_ascii_uppercase();
    }
    path
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn uris_of_other_schemes_have_no_path() {
        for uri in ["untitled:Untitled-1", "git:/a/b.xml?{}", "file:", "", "https://example.com/a"] {
            assert_eq!(path_of(&uri.into()), None, "{uri}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn percent_encoding_is_decoded() {
        let path = |uri: &str| path_of(&uri.into()).unwrap().into_string();
        assert_eq!(path("file:///a/R%26D%20%28EU%29.profile-meta.xml"), "/a/R&D (EU).profile-meta.xml");
        assert_eq!(path("FILE:///a/b#L1"), "/a/b");
        assert_eq!(path_of(&"file:///a/%FF".into()), None);
    }

    #[cfg(unix)]
    proptest! {
        #[test]
        fn paths_survive_a_round_trip(path in "(/[^/\0]{1,8}){1,4}") {
            let path: Utf8PathBuf = Utf8Path::new(&path).components().collect();
            prop_assert_eq!(path_of(&of_path(&path)), Some(path));
        }
    }
}
