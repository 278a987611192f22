//! Reading piece by piece gives what reading the whole gives.

mod tree;

use std::convert::Infallible;

use preauth_metadata::{Demand, FileFacts, Kind, Reader};
use preauth_source::{FilePath, SourceFile, TextSize};

use crate::tree::document;

/// Reads pieces of so many bytes.
fn pieces(text: &str, size: usize) -> impl FnMut(&mut [u8]) -> Result<usize, Infallible> {
    let mut rest = text.as_bytes();
    move |piece| {
        let (now, later) = rest.split_at(size.min(piece.len()).min(rest.len()));
        piece[..now.len()].copy_from_slice(now);
        rest = later;
        Ok(now.len())
    }
}

/// What is read piece by piece, if that does; it is what is read of the whole.
fn read(path: &str, text: &str) -> Option<FileFacts> {
    let path = FilePath::from(path);
    let demand = Demand::default();
    let (kind, stem) = Kind::of(&path).expect("a file of a kind that is read");
    let whole = FileFacts::read(&SourceFile::new(path.clone(), text), kind, &stem, true, &demand);
    let mut reader = Reader::new(&demand);
    let [once, again] = [7, 1000]
        .map(|size| reader.read(&path, kind, &stem, true, pieces(text, size)).expect("nothing fails"));
    // Only what is read piece by piece knows lines.
    let said =
        |facts: &FileFacts| format!("{facts:#?}").split_once("\n    lines:").map(|(said, _)| said.to_owned());
    for facts in [&once, &again].into_iter().flatten() {
        assert_eq!(said(facts), said(&whole));
    }
    assert_eq!(once.is_some(), again.is_some());
    once
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
fn facts_behind_what_is_left_out_have_their_places() {
    let text = document("Profile", &format!("{}{PERMISSION}{}{PERMISSION}", fields(50), fields(9)));
    let facts = read(PROFILE, &text).expect("read piece by piece");
    let places: Vec<&str> = facts.found("userPermissions").iter().map(|found| &text[found.element]).collect();
    assert_eq!(places, [PERMISSION.trim(); 2]);
}

#[test]
fn what_is_wrong_with_elements_has_its_place() {
    let inside = format!("{0}    <madeUp>1</madeUp>\n{0}    <label>1</label>\n{PERMISSION}", fields(20));
    let text = document("Profile", &inside);
    let facts = read(PROFILE, &text).expect("read piece by piece");
    let places: Vec<&str> =
        facts.diagnostics.iter().map(|found| &text[found.primary.location.range]).collect();
    assert!(places.contains(&"madeUp"), "{places:?}");
}

#[test]
fn facts_know_the_lines_they_stand_on() {
    let text =
        document("Profile", &format!("{0}{PERMISSION}{0}    <custom>é</custom>{PERMISSION}", fields(50)));
    let facts = read(PROFILE, &text).expect("read piece by piece");
    let line_and_column = |place: TextSize| {
        let before = &text[..usize::from(place)];
        let line = before.matches('\n').count();
        (line, before.len() - before.rfind('\n').map_or(0, |feed| feed + 1))
    };
    let places = facts.found("userPermissions").iter().flat_map(|found| [found.element, found.range]);
    let mut known = 0;
    for place in places.flat_map(|range| [range.start(), range.end()]) {
        let Some((line, column)) = facts.line_and_column(place) else { continue };
        assert_eq!((line as usize, column as usize), line_and_column(place));
        known += 1;
    }
    // Of the second permission only the end: it begins behind what is not ASCII on its line.
    assert_eq!(known, 5);
    assert_eq!(facts.line_and_column(TextSize::new(3)), None);
}

#[test]
fn what_is_not_well_formed_is_read_as_a_whole() {
    let text = document("Profile", &format!("{}{PERMISSION}", fields(50)));
    for (sound, broken) in [("F40__c", "F&40__c"), ("F40__c</field>", "F40__c</feld>"), ("</Profile>", "")] {
        assert!(read(PROFILE, &text.replace(sound, broken)).is_none(), "{broken}");
    }
}

#[test]
fn a_file_with_another_root_is_read_as_a_whole() {
    assert!(read(PROFILE, &document("PermissionSet", &fields(50))).is_none());
}

#[test]
fn a_file_of_an_app_is_read_as_a_whole() {
    assert!(
        read("connectedApps/A.connectedApp-meta.xml", &document("ConnectedApp", "<label>A</label>"))
            .is_none()
    );
}
