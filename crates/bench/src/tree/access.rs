use fastrand::Rng;

use super::{
    company::{Company, Object},
    markup::{Markup, flag},
    roster::Profile,
};

/// User permissions that many profiles have.
const PERMISSIONS: [&str; 48] = [
    "ActivitiesAccess",
    "AddDirectMessageMembers",
    "AllowViewKnowledge",
    "ApiEnabled",
    "ApproveContract",
    "AssignTopics",
    "CanInsertFeedSystemFields",
    "ChatterInternalUser",
    "ChatterInviteExternalUsers",
    "ChatterOwnGroups",
    "ConnectOrgToEnvironmentHub",
    "ContentWorkspaces",
    "ConvertLeads",
    "CreateCustomizeFilters",
    "CreateTopics",
    "CreateWorkBadgeDefinition",
    "DistributeFromPersWksp",
    "EditEvent",
    "EditOppLineItemUnitPrice",
    "EditTask",
    "EditTopics",
    "EmailMass",
    "EmailSingle",
    "EnableNotifications",
    "ExportReport",
    "ImportPersonal",
    "LightningConsoleAllowedForUser",
    "LightningExperienceUser",
    "ListEmailSend",
    "ManageEncryptionKeys",
    "NewReportBuilder",
    "OverrideForecasts",
    "RemoveDirectMessageMembers",
    "RunReports",
    "SelectFilesFromSalesforce",
    "SendExternalEmailAvailable",
    "SendSitRequests",
    "ShareInternalArticles",
    "ShowCompanyNameAsUserBadge",
    "SolutionImport",
    "SubmitMacrosAllowed",
    "SubscribeReportToOtherUsers",
    "TransferAnyLead",
    "UseTeamReassignWizards",
    "UseWebLink",
    "ViewGlobalHeader",
    "ViewHelpLink",
    "ViewSetup",
];

/// User permissions of administrators, beside the others.
const ADMINISTRATION: [&str; 6] =
    ["AuthorApex", "CustomizeApplication", "ManageUsers", "ModifyAllData", "ViewAllData", "ViewAllUsers"];

/// The file of a profile, of about so many bytes: what it says beside field permissions, and as many of them as fill it.
pub fn profile(rng: &mut Rng, company: &Company, profile: &Profile, bytes: usize) -> String {
    let mut head = Markup::new("Profile");
    applications(rng, company, profile, &mut head);
    classes(rng, &company.classes, &mut head);
    head.leaf("custom", flag(profile.name == profile.file));
    head.leaf("description", &format!("What the {} may do & see", profile.name));

    let mut tail = Markup::new("Profile");
    layouts(&company.objects, &mut tail);
    if let Some(first) = profile.range {
        login_ip_ranges(first, &mut tail);
    }
    for object in &company.objects {
        object_permissions(rng, object, &mut tail);
    }
    pages(rng, &company.pages, &mut tail);
    for object in &company.objects {
        for (index, record_type) in object.record_types.iter().enumerate() {
            let children = [
                ("default", flag(index == 0)),
                ("recordType", record_type),
                ("visible", flag(rng.u8(..8) > 0)),
            ];
            tail.block("recordTypeVisibilities", &children);
        }
    }
    for object in &company.objects {
        tabs("tabVisibilities", object, &mut tail, || ["DefaultOn", "DefaultOff", "Hidden"][rng.usize(..3)]);
    }
    tail.leaf("userLicense", "Salesforce");
    let administers = profile.file == "Admin";
    let mut permissions: Vec<&str> =
        PERMISSIONS.into_iter().filter(|_| administers || rng.u8(..4) > 0).collect();
    if administers {
        permissions.extend(ADMINISTRATION);
        permissions.sort_unstable();
    }
    user_permissions(&permissions, &mut tail);
    filled(rng, head, &tail, &company.objects, bytes)
}

/// The file of a permission set, of about so many bytes: it is about a few objects, and speaks of their fields.
pub(super) fn permission_set(rng: &mut Rng, company: &Company, label: &str, bytes: usize) -> String {
    let mut head = Markup::new("PermissionSet");
    let some = few(rng, &company.applications, 2);
    for name in some {
        head.block("applicationVisibilities", &[("application", name), ("visible", "true")]);
    }
    let some = few(rng, &company.classes, 8);
    classes(rng, some, &mut head);
    head.leaf("description", &format!("For {} & those who stand in for them", label.to_lowercase()));

    let count = (bytes / 10_000 + 1).min(company.objects.len());
    let first = rng.usize(..=company.objects.len() - count);
    let objects = &company.objects[first..first + count];
    let mut tail = Markup::new("PermissionSet");
    tail.leaf("hasActivationRequired", "false");
    tail.leaf("label", label);
    for object in objects {
        object_permissions(rng, object, &mut tail);
    }
    let some = few(rng, &company.pages, 4);
    pages(rng, some, &mut tail);
    for record_type in objects.iter().flat_map(|object| &object.record_types) {
        tail.block("recordTypeVisibilities", &[("recordType", record_type), ("visible", "true")]);
    }
    for object in objects {
        tabs("tabSettings", object, &mut tail, || "Visible");
    }
    let permissions: Vec<&str> = PERMISSIONS.into_iter().filter(|_| rng.u8(..16) == 0).collect();
    user_permissions(&permissions, &mut tail);
    filled(rng, head, &tail, objects, bytes)
}

/// The file of a permission set group.
pub(super) fn group(label: &str, members: &[String]) -> String {
    let mut markup = Markup::new("PermissionSetGroup");
    markup.leaf("hasActivationRequired", "false");
    markup.leaf("label", label);
    for member in members {
        markup.leaf("permissionSets", member);
    }
    markup.leaf("status", "Updated");
    markup.finish()
}

/// Field permissions between what comes before them and what comes after: at least one, and then as many as there are
/// bytes left.
fn filled(rng: &mut Rng, mut head: Markup, tail: &Markup, objects: &[Object], bytes: usize) -> String {
    for (index, field) in objects.iter().flat_map(|object| &object.fields).enumerate() {
        if index > 0 && head.len() + tail.len() >= bytes {
            break;
        }
        let editable = rng.bool();
        let children = [
            ("editable", flag(editable)),
            ("field", field.as_str()),
            ("readable", flag(editable || rng.u8(..8) > 0)),
        ];
        head.block("fieldPermissions", &children);
    }
    head.append(tail);
    head.finish()
}

/// Some that follow each other: at most so many.
fn few<'n>(rng: &mut Rng, names: &'n [String], most: usize) -> &'n [String] {
    let first = rng.usize(..names.len());
    &names[first..(first + rng.usize(..=most)).min(names.len())]
}

fn applications(rng: &mut Rng, company: &Company, profile: &Profile, markup: &mut Markup) {
    let mut names: Vec<&String> = company.applications.iter().chain(&profile.namesakes).collect();
    names.sort();
    for name in names {
        let children = [("application", name.as_str()), ("default", "false"), ("visible", flag(rng.bool()))];
        markup.block("applicationVisibilities", &children);
    }
}

fn classes(rng: &mut Rng, classes: &[String], markup: &mut Markup) {
    for class in classes {
        markup.block("classAccesses", &[("apexClass", class), ("enabled", flag(rng.bool()))]);
    }
}

/// Each object has a layout for what has no record type, and one for each record type.
fn layouts(objects: &[Object], markup: &mut Markup) {
    for Object { layouts: [long, short], record_types: [domestic, international], .. } in objects {
        markup.block("layoutAssignments", &[("layout", long)]);
        markup.block("layoutAssignments", &[("layout", long), ("recordType", domestic)]);
        markup.block("layoutAssignments", &[("layout", short), ("recordType", international)]);
    }
}

fn login_ip_ranges(first: u8, markup: &mut Markup) {
    for network in ["198.51.100", "203.0.113"] {
        let (start, end) = (format!("{network}.{first}"), format!("{network}.{}", first | 15));
        markup.block("loginIpRanges", &[("endAddress", &end), ("startAddress", &start)]);
    }
}

fn object_permissions(rng: &mut Rng, object: &Object, markup: &mut Markup) {
    let children = [
        ("allowCreate", flag(rng.bool())),
        ("allowDelete", flag(rng.bool())),
        ("allowEdit", flag(rng.bool())),
        ("allowRead", "true"),
        ("modifyAllRecords", "false"),
        ("object", &object.name),
        ("viewAllFields", "false"),
        ("viewAllRecords", flag(rng.u8(..8) == 0)),
    ];
    markup.block("objectPermissions", &children);
}

fn pages(rng: &mut Rng, pages: &[String], markup: &mut Markup) {
    for page in pages {
        markup.block("pageAccesses", &[("apexPage", page), ("enabled", flag(rng.bool()))]);
    }
}

fn tabs(element: &str, object: &Object, markup: &mut Markup, visibility: impl FnOnce() -> &'static str) {
    let standard = format!("standard-{}", object.name);
    let tab = if object.is_standard() { &standard } else { &object.name };
    markup.block(element, &[("tab", tab), ("visibility", visibility())]);
}

fn user_permissions(names: &[&str], markup: &mut Markup) {
    for name in names {
        markup.block("userPermissions", &[("enabled", "true"), ("name", name)]);
    }
}
