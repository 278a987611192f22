//! What reading, judging and correcting cost in one process.

use std::{convert::Infallible, fmt::Write as _, sync::LazyLock};

use divan::{Bencher, black_box, counter::BytesCount};
use preauth_metadata::{Demand, FileFacts, Kind, Project, Reader, Workspace};
use preauth_policy::{Config, Given, PolicySet, check, fix};
use preauth_source::{Applicability, FilePath, Location, SourceFile};

fn main() {
    divan::main();
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = "xmlns=\"http://soap.sforce.com/2006/04/metadata\"";

/// A profile with so many field permissions, and what else makes it one.
fn profile(fields: usize) -> String {
    let mut out = format!("{HEAD}<Profile {NAMESPACE}>\n    <custom>true</custom>\n");
    for index in 0..fields {
        let _ = write!(
            out,
            "    <fieldPermissions>\n        <editable>true</editable>\n        <field>Order__c.Shipment_Region_{index:05}__c</field>\n        <readable>true</readable>\n    </fieldPermissions>\n"
        );
    }
    out.push_str("    <loginIpRanges>\n        <endAddress>192.0.2.255</endAddress>\n        <startAddress>192.0.2.0</startAddress>\n    </loginIpRanges>\n    <userLicense>Salesforce</userLicense>\n");
    for name in ["ApiEnabled", "ViewSetup", "RunReports", "ExportReport", "EditTask", "ManageUsers"] {
        let _ = write!(
            out,
            "    <userPermissions>\n        <enabled>true</enabled>\n        <name>{name}</name>\n    </userPermissions>\n"
        );
    }
    out + "</Profile>\n"
}

fn app(index: usize) -> String {
    format!(
        "{HEAD}<ConnectedApp {NAMESPACE}>\n    <contactEmail>owner@example.com</contactEmail>\n    <label>App {index}</label>\n    <oauthConfig>\n        <callbackUrl>https://app{index}.example.com/callback</callbackUrl>\n        <consumerKey>3MVG9EXAMPLE{index}</consumerKey>\n        <isAdminApproved>{}</isAdminApproved>\n        <scopes>Api</scopes>\n        <scopes>RefreshToken</scopes>\n    </oauthConfig>\n    <oauthPolicy>\n        <ipRelaxation>BYPASS</ipRelaxation>\n        <refreshTokenPolicy>infinite</refreshTokenPolicy>\n    </oauthPolicy>\n    <profileName>Desk {}</profileName>\n</ConnectedApp>\n",
        index.is_multiple_of(2),
        index % 20
    )
}

static POLICIES: LazyLock<PolicySet> = LazyLock::new(|| PolicySet::load(&[], &Config::default()).0);
static DEMAND: LazyLock<Demand> = LazyLock::new(|| POLICIES.demand());
/// About 1 MB, and about 4 MB.
static PROFILES: LazyLock<[String; 2]> = LazyLock::new(|| [profile(5_700), profile(22_800)]);

fn given() -> Given {
    Given::new(&Config::default(), jiff::civil::date(2026, 1, 1))
}

fn facts(path: &str, text: &str) -> FileFacts {
    let path = FilePath::from(path);
    let (kind, stem) = Kind::of(&path).expect("a file of a kind that is read");
    FileFacts::read(&SourceFile::new(path, text), kind, &stem, true, &DEMAND)
}

/// So many apps, and the twenty profiles that they name.
fn workspace(apps: usize) -> Workspace {
    let home = Location::start_of(Project::FILE.into());
    let mut workspace = Workspace::new(Project::default(), DEMAND.clone(), home);
    for index in 0..20 {
        workspace.set(facts(&format!("profiles/Desk {index}.profile-meta.xml"), &profile(5)));
    }
    for index in 0..apps {
        workspace.set(facts(&format!("connectedApps/App_{index}.connectedApp-meta.xml"), &app(index)));
    }
    workspace
}

fn skimmed(reader: &mut Reader<'_>, text: &str) -> Option<FileFacts> {
    let mut rest = text.as_bytes();
    let next = |piece: &mut [u8]| {
        let (now, later) = rest.split_at(piece.len().min(rest.len()));
        piece[..now.len()].copy_from_slice(now);
        rest = later;
        Ok::<_, Infallible>(now.len())
    };
    let path = FilePath::from("profiles/Desk 1.profile-meta.xml");
    let Ok(facts) = reader.read(&path, Kind::Profile, "Desk 1", true, next);
    facts
}

#[divan::bench]
fn load_the_built_in_policies() -> PolicySet {
    PolicySet::load(&[], &Config::default()).0
}

/// The parser alone.
#[divan::bench]
fn parse_a_profile_of_1_mb(bencher: Bencher<'_, '_>) {
    let text = &PROFILES[0];
    bencher.counter(BytesCount::of_str(text)).bench(|| {
        preauth_xml::parse(&SourceFile::new("a.profile".into(), black_box(text)), &|_| false).1.len()
    });
}

/// What nobody asks for is left out first.
#[divan::bench(args = [0, 1])]
fn read_a_profile_of_1_or_4_mb(bencher: Bencher<'_, '_>, size: usize) {
    let text = &PROFILES[size];
    let mut reader = Reader::new(&DEMAND);
    bencher.counter(BytesCount::of_str(text)).bench_local(|| skimmed(&mut reader, black_box(text)).is_some());
}

#[divan::bench(args = [10, 100, 500])]
fn check_apps(bencher: Bencher<'_, '_>, apps: usize) {
    let given = given();
    bencher
        .with_inputs(|| workspace(apps))
        .bench_values(|workspace| check(&workspace, &POLICIES, &given).diagnostics.len());
}

/// As an editor does it: an app is typed in, and everything is judged again.
#[divan::bench(args = [10, 100, 500])]
fn check_again_after_an_app_is_edited(bencher: Bencher<'_, '_>, apps: usize) {
    let given = given();
    let mut workspace = workspace(apps);
    check(&workspace, &POLICIES, &given);
    let text = app(1).replace("BYPASS", "ENFORCE");
    bencher.bench_local(|| {
        workspace.set(facts("connectedApps/App_1.connectedApp-meta.xml", &text));
        check(&workspace, &POLICIES, &given).diagnostics.len()
    });
}

#[divan::bench]
fn check_again_after_a_profile_of_4_mb_is_edited(bencher: Bencher<'_, '_>) {
    let given = given();
    let mut workspace = workspace(100);
    let mut reader = Reader::new(&DEMAND);
    bencher.bench_local(|| {
        workspace.set(skimmed(&mut reader, &PROFILES[1]).expect("a sound profile"));
        check(&workspace, &POLICIES, &given).diagnostics.len()
    });
}

#[divan::bench(args = [10, 100])]
fn correct_apps(bencher: Bencher<'_, '_>, apps: usize) {
    let given = given();
    bencher.with_inputs(|| workspace(apps)).bench_values(|mut workspace| {
        fix(&mut workspace, &POLICIES, &given, Applicability::Unsafe, &|_, _| true).corrected.len()
    });
}
