//! Profiles that are well-formed in unusual ways: what a fast path must not be slower for, nor wrong about.

use std::{fs, io, path::Path};

/// A way in which a profile can be written.
#[derive(Debug)]
pub struct Shape {
    /// Its name.
    pub name: &'static str,
    body: Body,
}

/// The content of the root element of a shape.
#[derive(Debug)]
enum Body {
    /// Elements, made each by its number.
    Each(fn(usize) -> String),
    /// Something as large as so many elements.
    Whole(fn(usize) -> String),
}

/// All shapes; the first is how Salesforce writes.
pub const SHAPES: &[Shape] = &[
    each("plain", field),
    each("crlf", |at| field(at).replace('\n', "\r\n")),
    each("tabs", |at| field(at).replace("    ", "\t")),
    each("minified", |at| field(at).replace(['\n', ' '], "")),
    each("split-tags", |at| field(at).replace(">true</", "\n            >true</")),
    each("space-in-tags", |at| field(at).replace("field>", "field >")),
    each("empty-tags", |at| field(at).replace("<readable>true</readable>", "<readable/>")),
    each("two-layouts", |at| layout(at, at % 2 == 1)),
    each("two-layouts-at-random", |at| layout(at, at.count_ones() % 2 == 1)),
    each("children-in-any-order", |at| {
        let children =
            [("editable", "true"), ("field", &format!("Depot__c.Lane_{at:06}__c")), ("readable", "true")];
        block("fieldPermissions", &[children[at % 3], children[(at + 1) % 3], children[(at + 2) % 3]])
    }),
    each("unsorted", |at| if at % 3 == 0 { class(at) } else { field(at) }),
    each("entities", |at| field(at).replace("Depot", "R&amp;D&#65;")),
    each("non-ascii", |at| field(at).replace("Depot", "Entrep\u{f4}t\u{9805}\u{76ee}")),
    each("greater-than", |at| field(at).replace("Depot", "De>pot")),
    each("attributes", |at| field(at).replace("<fieldPermissions>", "<fieldPermissions note=\"a > b\">")),
    each("comments", |at| format!("    <!-- field {at}: a < b & c -->\n{}", field(at))),
    each("comments-inside", |at| field(at).replace("<field>", "<!-- <field> -->\n        <field>")),
    each("cdata", |at| field(at).replace("Depot", "<![CDATA[a </b> & c]]>")),
    each("instructions", |at| format!("    <?note <field> {at}?>\n{}", field(at))),
    each("growing-texts", |at| field(at).replace("Depot", &"Depot".repeat(at % 32))),
    each("all-wanted", |at| permission(&format!("Do{at:06}"))),
    each("wanted-between", |at| if at % 64 == 0 { permission("RunReports") } else { field(at) }),
    whole("one-text", |count| format!("    <description>{}</description>\n", "x".repeat(count * BYTES))),
    whole("one-comment", |count| format!("    <!--{}-->\n", "x".repeat(count * BYTES))),
    whole("one-element", |count| {
        let children: String =
            (0..count * 4).map(|at| format!("        <field>Depot_{at:06}__c</field>\n")).collect();
        format!("    <fieldPermissions>\n{children}    </fieldPermissions>\n")
    }),
    whole("deep", |count| {
        let depth = count.min(100);
        format!("    {}{}\n", "<a>".repeat(depth), "</a>".repeat(depth)).repeat(count / 100 + 1)
    }),
];

/// About what one element takes.
const BYTES: usize = 160;

const fn each(name: &'static str, element: fn(usize) -> String) -> Shape {
    Shape { name, body: Body::Each(element) }
}

const fn whole(name: &'static str, body: fn(usize) -> String) -> Shape {
    Shape { name, body: Body::Whole(body) }
}

impl Shape {
    /// A profile of this shape with so many elements.
    pub fn profile(&self, elements: usize) -> String {
        let body = match self.body {
            Body::Each(element) => (0..elements).map(element).collect(),
            Body::Whole(body) => body(elements),
        };
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Profile xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n";
        format!("{head}{body}</Profile>\n")
    }

    /// Writes a project with four such profiles into a folder.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn write(&self, elements: usize, folder: &Path) -> io::Result<()> {
        let profiles = folder.join("force-app/main/default/profiles");
        fs::create_dir_all(&profiles)?;
        fs::write(
            folder.join("sfdx-project.json"),
            r#"{ "packageDirectories": [{ "path": "force-app" }] }"#,
        )?;
        let text = self.profile(elements);
        (0..4).try_for_each(|index| fs::write(profiles.join(format!("Desk {index}.profile-meta.xml")), &text))
    }
}

fn field(at: usize) -> String {
    block(
        "fieldPermissions",
        &[("editable", "true"), ("field", &format!("Depot__c.Lane_{at:06}__c")), ("readable", "true")],
    )
}

fn class(at: usize) -> String {
    block("classAccesses", &[("apexClass", &format!("DepotController{at:06}")), ("enabled", "true")])
}

fn permission(name: &str) -> String {
    block("userPermissions", &[("enabled", "true"), ("name", name)])
}

/// A layout assignment, for a record type or for what has none.
fn layout(at: usize, with_record_type: bool) -> String {
    let layout = format!("Depot__c-Layout {at:06}");
    let children = [("layout", layout.as_str()), ("recordType", "Depot__c.Domestic")];
    block("layoutAssignments", &children[..1 + usize::from(with_record_type)])
}

fn block(element: &str, children: &[(&str, &str)]) -> String {
    let children: String =
        children.iter().map(|(name, text)| format!("        <{name}>{text}</{name}>\n")).collect();
    format!("    <{element}>\n{children}    </{element}>\n")
}

#[cfg(test)]
mod tests {
    use preauth_metadata::{Demand, FileFacts, Kind};
    use preauth_source::SourceFile;

    use super::*;

    #[test]
    fn every_shape_is_well_formed() {
        for shape in SHAPES {
            let text = shape.profile(300);
            let file = SourceFile::new("Desk.profile".into(), &text);
            let facts = FileFacts::read(&file, Kind::Profile, "Desk", true, &Demand::default());
            assert!(facts.is_well_formed(), "{}", shape.name);
        }
    }
}
