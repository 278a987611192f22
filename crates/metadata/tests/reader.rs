//! Reading in pieces gives the same facts as reading the whole file.

mod tree;

use std::io::{self, Read};

use preauth_metadata::{Demand, FileFacts, Kind, Reader};
use preauth_source::{FilePath, SourceFile};
use preauth_xml::XmlPath;
use proptest::{
    collection::vec,
    prelude::*,
    sample::{select, subsequence},
};

use crate::tree::document;

/// A text that is read in pieces of a fixed number of bytes.
struct Pieces<'t>(&'t [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let Self(rest, size) = self;
        rest.take(*size as u64).read(piece)
    }
}

fn pieces(text: &str, size: usize) -> Pieces<'_> {
    Pieces(text.as_bytes(), size)
}

/// Returns all facts of a file as text.
fn text_of(facts: &FileFacts) -> String {
    format!("{facts:#?}")
}

/// Reads a file in pieces twice with one reader, and compares both with reading the whole file. Returns `None` if it cannot
/// be read in pieces.
fn read(path: &str, text: &str) -> Option<FileFacts> {
    let path = FilePath::from(path);
    let demand = Demand::default();
    let (kind, stem) = Kind::of_path(&path).expect("a file of a kind that is read");
    let whole = FileFacts::read(&SourceFile::new(path.clone(), text), kind, &stem, true, &demand);
    let mut reader = Reader::new(&demand);
    let mut read = |size| reader.read(&path, kind, &stem, true, pieces(text, size)).expect("nothing fails");
    match [read(7), read(1000)] {
        [Some(once), Some(again)] => {
            assert_eq!(text_of(&once), text_of(&whole));
            assert_eq!(text_of(&again), text_of(&whole));
            Some(once)
        }
        [None, None] => None,
        [once, again] => panic!("{:?} is not {:?}", once.is_some(), again.is_some()),
    }
}

const PROFILE: &str = "profiles/Order Desk.profile-meta.xml";

fn fields(count: usize) -> String {
    let field = |index| {
        format!(
            "    <fieldPermissions>\n        <editable>true</editable>\n        <field>Order.F{index}__c</field>\n        <readable>true</readable>\n    </fieldPermissions>\n"
        )
    };
    (0..count).map(field).collect()
}

const PERMISSION: &str = "    <userPermissions>\n        <enabled>true</enabled>\n        <name>ApiEnabled</name>\n    </userPermissions>\n";

#[test]
fn facts_after_skipped_text_have_the_right_locations() {
    let text = document("Profile", &format!("{}{PERMISSION}{}{PERMISSION}", fields(50), fields(9)));
    let facts = read(PROFILE, &text).expect("read piece by piece");
    let places: Vec<&str> =
        facts.found("userPermissions").iter().map(|found| &text[found.element()]).collect();
    assert_eq!(places, [PERMISSION.trim(); 2]);
}

#[test]
fn errors_in_elements_have_the_right_locations() {
    let inside = format!("{0}    <madeUp>1</madeUp>\n{0}    <label>1</label>\n{PERMISSION}", fields(20));
    let text = document("Profile", &inside);
    let facts = read(PROFILE, &text).expect("read piece by piece");
    let places: Vec<&str> =
        facts.diagnostics.iter().map(|found| &text[found.primary.location.range]).collect();
    assert!(places.contains(&"madeUp"), "{places:?}");
}

#[test]
fn malformed_file_is_read_as_a_whole() {
    let text = document("Profile", &format!("{}{PERMISSION}", fields(50)));
    for (sound, broken) in [("F40__c", "F&40__c"), ("F40__c</field>", "F40__c</feld>"), ("</Profile>", "")] {
        assert!(read(PROFILE, &text.replace(sound, broken)).is_none(), "{broken}");
    }
}

#[test]
fn file_with_a_wrong_root_is_read_as_a_whole() {
    assert!(read(PROFILE, &document("PermissionSet", &fields(50))).is_none());
}

#[test]
fn app_file_is_read_as_a_whole() {
    assert!(
        read("connectedApps/A.connectedApp-meta.xml", &document("ConnectedApp", "<label>A</label>"))
            .is_none()
    );
}

/// Paths of every form, to existing and missing elements.
const PATHS: [&str; 6] = [
    "userPermissions[name='ApiEnabled']/enabled",
    "userPermissions/madeUp",
    "classAccesses/enabled/madeUp",
    "classAccesses/enabled",
    "//name",
    "pageAccesses",
];

/// Returns children of a profile from few names, so that some are equal.
fn children() -> impl Strategy<Value = Vec<String>> {
    let names = || select(vec!["ApiEnabled", "EditTask", "A &amp; B", "É"]);
    let child =
        (select(vec!["userPermissions", "classAccesses", "pageAccesses", "custom"]), names(), names());
    let child = child.prop_map(|(element, one, two)| match element {
        "custom" => format!("    <description>{one}</description>\n"),
        "pageAccesses" => format!("    <pageAccesses a=\"{two}\"><apexPage>{one}</apexPage></pageAccesses>"),
        _ => format!("    <{element}>\n        <enabled>{two}</enabled>\n        <name>{one}</name>\n    </{element}>\n"),
    });
    vec(child, 0..12)
}

proptest! {
    #[test]
    fn repeated_elements_are_read_like_the_first_ones(
        files in vec(children(), 1..4),
        paths in subsequence(PATHS.to_vec(), 0..PATHS.len()),
        size in 1_usize..200,
    ) {
        let mut demand = Demand::default();
        for path in paths {
            demand.add(Kind::Profile, &XmlPath::parse(path).expect("a path"));
        }
        let mut reader = Reader::new(&demand);
        for children in files {
            let text = document("Profile", &children.concat());
            let path = FilePath::from(PROFILE);
            let whole = FileFacts::read(&SourceFile::new(path.clone(), &text), Kind::Profile, "A", true, &demand);
            let pieced = reader.read(&path, Kind::Profile, "A", true, pieces(&text, size)).expect("nothing fails");
            if let Some(pieced) = pieced {
                prop_assert_eq!(text_of(&pieced), text_of(&whole));
            }
        }
    }
}
