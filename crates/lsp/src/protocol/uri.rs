//! Paths and the URIs that stand for them.

use camino::{Utf8Path, Utf8PathBuf};
use lsp_types::Uri;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// What a URI has of a path only in disguise.
const DISGUISED: &AsciiSet = &CONTROLS
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

/// The path of a `file` URI: absolute, with the separators of the platform. `None` for other schemes, and for what is
/// no text when it is decoded.
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

/// The URI of an absolute path.
pub(crate) fn of_path(path: &Utf8Path) -> Uri {
    let text = if cfg!(windows) { path.as_str().replace('\\', "/") } else { path.as_str().to_owned() };
    let slash = if text.starts_with('/') { "" } else { "/" };
    Uri(format!("file://{slash}{}", utf8_percent_encode(&text, DISGUISED)))
}

/// A drive letter of Windows in capitals: clients write it in either way.
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
    fn other_schemes_are_no_paths() {
        for uri in ["untitled:Untitled-1", "git:/a/b.xml?{}", "file:", "", "https://example.com/a"] {
            assert_eq!(path_of(&uri.into()), None, "{uri}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn whatever_is_disguised_is_undone() {
        let path = |uri: &str| path_of(&uri.into()).unwrap().into_string();
        assert_eq!(path("file:///a/R%26D%20%28EU%29.profile-meta.xml"), "/a/R&D (EU).profile-meta.xml");
        assert_eq!(path("FILE:///a/b#L1"), "/a/b");
        assert_eq!(path_of(&"file:///a/%FF".into()), None);
    }

    #[cfg(unix)]
    proptest! {
        #[test]
        fn a_path_comes_back(path in "(/[^/\0]{1,8}){1,4}") {
            let path: Utf8PathBuf = Utf8Path::new(&path).components().collect();
            prop_assert_eq!(path_of(&of_path(&path)), Some(path));
        }
    }
}
