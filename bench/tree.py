#!/usr/bin/env python3
"""Write a deterministic, realistic Salesforce DX source tree for benchmarks.

    tree.py OUT --preset S|gate|M|L [--seed N] [any size option] [defects]

The same options and seed give byte-identical trees.  OUT must not exist yet
(or --force).  Beside the tree, OUT.facts.json holds the ground truth: file and
byte counts, the planted defects, and the answer of the cross-file rule
"admin-approved apps that nobody is assigned to" (of both kinds), "that name something
which does not exist, or that enforce IP restrictions where no granted profile has any" (connected
apps), so that a timed run can also be checked for a right answer.

Presets (each number can be overridden):
  S   20 apps,   5 ECAs,  10 profiles of  50 kB,    50 permission sets of  4 kB,    200 other files
  gate 40 apps, 10 ECAs,   6 profiles of 500 kB,    40 permission sets of 40 kB,    300 other files
  M  100 apps,  20 ECAs,  60 profiles of   1 MB,   600 permission sets of 50 kB,  5,000 other files
  L  500 apps, 100 ECAs, 200 profiles of   4 MB, 3,000 permission sets of 60 kB, 20,000 other files
"""
import argparse
import json
import os
import random
import shutil
import sys

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'

PRESETS = {
    "S": dict(apps=20, ecas=5, profiles=10, profile_bytes=50_000, permsets=50,
              permset_bytes=4_000, other_files=200, node_modules=50),
    "gate": dict(apps=40, ecas=10, profiles=6, profile_bytes=500_000, permsets=40,
                 permset_bytes=40_000, other_files=300, node_modules=50),
    "M": dict(apps=100, ecas=20, profiles=60, profile_bytes=1_000_000, permsets=600,
              permset_bytes=50_000, other_files=5_000, node_modules=2_000),
    "L": dict(apps=500, ecas=100, profiles=200, profile_bytes=4_000_000, permsets=3_000,
              permset_bytes=60_000, other_files=20_000, node_modules=10_000),
}

WORDS = ("Account Billing Order Invoice Contract Case Claim Policy Quote Asset Vendor Partner "
         "Shipment Territory Region Owner Status Primary Secondary Legacy External Sync Batch "
         "Effective Renewal Amount Currency Discount Approval Score Tier Segment Channel Source "
         "Reference Number Code Type Category Notes Flag Date Time Total Count Ratio Index").split()
STD_OBJECTS = ("Account Asset Campaign Case Contact Contract Event Idea Lead Opportunity Order "
               "OrderItem PricebookEntry Product2 Quote QuoteLineItem Solution Task User").split()
SYS_PERMS = ("ApiEnabled ApiUserOnly ActivitiesAccess AssignPermissionSets AuthorApex BulkApiHardDelete "
             "ConvertLeads CreateCustomizeFilters CustomizeApplication DataExport DelegatedTwoFactor "
             "EditEvent EditTask EditPublicTemplates ExportReport ImportLeads InstallPackaging "
             "LightningExperienceUser ManageAuthProviders ManageConnectedApps ManageRemoteAccess "
             "ManageUsers ModifyAllData ModifyMetadata ResetPasswords RunReports SendExternalEmailAvailable "
             "TransferAnyEntity ViewAllData ViewAllUsers ViewHelpLink ViewSetup").split()
LICENSES = ["Salesforce", "Salesforce Platform", "Customer Community Plus Login", "Salesforce Integration",
            "Identity", "Guest User License"]
SCOPES = ["Api", "RefreshToken", "Web", "Full", "OpenID", "Profile", "Email", "CustomPermissions",
          "Chatter", "Content", "OfflineAccess", "Wave", "Pardot", "CDPIngest"]


def name(r, n=3):
    return "_".join(r.choice(WORDS) for _ in range(n))


class Org:
    """The schema every profile and permission set of the tree speaks about."""

    def __init__(self, r, a):
        self.objects = list(STD_OBJECTS)
        while len(self.objects) < a.objects:
            self.objects.append(f"{name(r, 2)}_{len(self.objects):04d}__c")
        self.fields = []
        for o in sorted(self.objects):
            for i in range(a.fields_per_object):
                self.fields.append(f"{o}.{name(r, r.choice((1, 2, 2, 3, 4)))}_{i:03d}__c")
        self.classes = sorted(f"{name(r, 2)}Controller{i:04d}" for i in range(a.classes))
        self.pages = sorted(f"{name(r, 2)}Page{i:04d}" for i in range(a.classes // 4))
        self.layouts = [f"{o}-{o.replace('__c', '').replace('_', ' ')} Layout {k}"
                        for o in self.objects for k in range(2)]
        self.record_types = [f"{o}.{name(r, 1)}_{k}" for o in self.objects for k in range(3)]
        self.sys_perms = sorted(set(SYS_PERMS) | {name(r, 2).replace("_", "") + str(i) for i in range(220)})
        self.tab_apps = sorted(f"{name(r, 2)}_App{i}" for i in range(60))
        self.apps = [f"{name(r, 2)}_{i:03d}" for i in range(a.apps)]
        self.ecas = [f"ECA_{name(r, 2)}_{i:03d}" for i in range(a.ecas)]


def b(v):
    return "true" if v else "false"


def field_permission(f, bits):
    return (f"    <fieldPermissions>\n        <editable>{b(bits & 1)}</editable>\n        <field>{f}</field>\n"
            f"        <readable>{b(bits & 3)}</readable>\n    </fieldPermissions>\n")


def object_permission(o, bits):
    return (f"    <objectPermissions>\n        <allowCreate>{b(bits & 1)}</allowCreate>\n"
            f"        <allowDelete>{b(bits & 2)}</allowDelete>\n        <allowEdit>{b(bits & 4)}</allowEdit>\n"
            f"        <allowRead>true</allowRead>\n        <modifyAllRecords>{b(bits & 32)}</modifyAllRecords>\n"
            f"        <object>{o}</object>\n        <viewAllFields>false</viewAllFields>\n"
            f"        <viewAllRecords>{b(bits & 64)}</viewAllRecords>\n    </objectPermissions>\n")


def grant_file(r, org, kind, label, target, app_names, rich):
    """A Profile or PermissionSet of about `target` bytes; children in alphabetical order, as the platform writes them."""
    profile = kind == "Profile"
    out = [HEAD, f"<{kind} {NS}>\n"]
    put = out.append
    visible = []
    # application visibilities: tab apps plus a few connected apps
    tabs = r.sample(org.tab_apps, min(len(org.tab_apps), 40 if rich else 2))
    for app in sorted(tabs) + sorted(app_names):
        vis = app in app_names or r.random() < 0.5
        put(f"    <applicationVisibilities>\n        <application>{app}</application>\n")
        if profile:
            put("        <default>false</default>\n")
        put(f"        <visible>{b(vis)}</visible>\n    </applicationVisibilities>\n")
        if vis:
            visible.append(app)
    share = target / 4_000_000
    for c in org.classes[: max(1, int(len(org.classes) * min(1, share * 4)))]:
        put(f"    <classAccesses>\n        <apexClass>{c}</apexClass>\n        <enabled>{b(r.getrandbits(1))}</enabled>\n"
            "    </classAccesses>\n")
    if profile:
        put(f"    <custom>{b(r.random() < .9)}</custom>\n")
    if r.random() < 0.5:
        put(f"    <description>{label} &amp; friends: grants for the {r.choice(WORDS)} team</description>\n")
    # the parts after the field permissions, sized first so that fields fill what is left
    tail = []
    t = tail.append
    if profile:
        for lay in org.layouts[: int(len(org.layouts) * min(1, share))]:
            t(f"    <layoutAssignments>\n        <layout>{lay}</layout>\n    </layoutAssignments>\n")
        for _ in range(r.choice((0, 0, 0, 1, 3))):
            x, y = r.randrange(1, 224), r.randrange(256)
            t(f"    <loginIpRanges>\n        <endAddress>{x}.{y}.0.255</endAddress>\n"
              f"        <startAddress>{x}.{y}.0.0</startAddress>\n    </loginIpRanges>\n")
    else:
        t(f"    <hasActivationRequired>false</hasActivationRequired>\n    <label>{label.replace('_', ' ')}</label>\n")
        if r.random() < 0.3:
            t("    <license>Salesforce</license>\n")
    for o in org.objects[: max(1, int(len(org.objects) * min(1, share * 2)))]:
        t(object_permission(o, r.getrandbits(7)))
    for p in org.pages[: int(len(org.pages) * min(1, share * 4))]:
        t(f"    <pageAccesses>\n        <apexPage>{p}</apexPage>\n        <enabled>{b(r.getrandbits(1))}</enabled>\n"
          "    </pageAccesses>\n")
    for rt in org.record_types[: int(len(org.record_types) * min(1, share))]:
        if profile:
            t(f"    <recordTypeVisibilities>\n        <default>false</default>\n        <recordType>{rt}</recordType>\n"
              "        <visible>true</visible>\n    </recordTypeVisibilities>\n")
        else:
            t(f"    <recordTypeVisibilities>\n        <recordType>{rt}</recordType>\n        <visible>true</visible>\n"
              "    </recordTypeVisibilities>\n")
    tabtag = "tabVisibilities" if profile else "tabSettings"
    for o in org.objects[: max(1, int(len(org.objects) * min(1, share)))]:
        t(f"    <{tabtag}>\n        <tab>{'standard-' if '__c' not in o else ''}{o}</tab>\n"
          f"        <visibility>{r.choice(('DefaultOn', 'DefaultOff', 'Hidden')) if profile else 'Visible'}</visibility>\n"
          f"    </{tabtag}>\n")
    if profile:
        t(f"    <userLicense>{r.choice(LICENSES)}</userLicense>\n")
    perms = org.sys_perms if rich else sorted(r.sample(org.sys_perms, r.randrange(0, 6)))
    for p in perms:
        t(f"    <userPermissions>\n        <enabled>{b(not rich or r.random() < .7)}</enabled>\n"
          f"        <name>{p}</name>\n    </userPermissions>\n")
    t(f"</{kind}>\n")
    tail = "".join(tail)
    size = sum(map(len, out)) + len(tail)
    start = r.randrange(len(org.fields)) if not profile else 0
    n = len(org.fields)
    rnd = r.getrandbits
    for k in range(n):
        if size >= target:
            break
        s = field_permission(org.fields[(start + k) % n], rnd(2))
        size += len(s)
        put(s)
    put(tail)
    return "".join(out), visible


def connected_app(r, app, approved, permsets, profiles):
    key = "3MVG9" + "".join(r.choice("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz0123456789._") for _ in range(80))
    o = [HEAD, f"<ConnectedApp {NS}>\n    <contactEmail>owner{r.randrange(99)}@example.com</contactEmail>\n",
         f"    <description>{app.replace('_', ' ')} integration</description>\n"]
    if r.random() < .2:
        o.append("    <ipRanges>\n        <end>10.0.255.255</end>\n        <start>10.0.0.0</start>\n    </ipRanges>\n")
    o.append(f"    <label>{app.replace('_', ' ')}</label>\n    <oauthConfig>\n")
    scheme = "http" if r.random() < .1 else "https"
    o.append(f"        <callbackUrl>{scheme}://app{r.randrange(999)}.example.com/oauth/callback\n"
             f"https://login.salesforce.com/services/oauth2/success</callbackUrl>\n" if r.random() < .3 else
             f"        <callbackUrl>{scheme}://app{r.randrange(999)}.example.com/oauth/callback</callbackUrl>\n")
    if r.random() < .4:
        body = "".join(r.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") for _ in range(1100))
        o.append(f"        <certificate>MII{body}==</certificate>\n")
    o.append(f"        <consumerKey>{key}</consumerKey>\n        <isAdminApproved>{b(approved)}</isAdminApproved>\n"
             f"        <isClientCredentialEnabled>{b(r.random() < .2)}</isClientCredentialEnabled>\n"
             "        <isCodeCredentialEnabled>false</isCodeCredentialEnabled>\n"
             "        <isCodeCredentialPostOnly>false</isCodeCredentialPostOnly>\n"
             f"        <isConsumerSecretOptional>{b(r.random() < .3)}</isConsumerSecretOptional>\n"
             "        <isIntrospectAllTokens>false</isIntrospectAllTokens>\n"
             "        <isNamedUserJwtEnabled>false</isNamedUserJwtEnabled>\n"
             f"        <isPkceRequired>{b(r.random() < .5)}</isPkceRequired>\n"
             "        <isRefreshTokenRotationEnabled>false</isRefreshTokenRotationEnabled>\n"
             f"        <isSecretRequiredForRefreshToken>{b(r.random() < .8)}</isSecretRequiredForRefreshToken>\n"
             "        <isSecretRequiredForTokenExchange>false</isSecretRequiredForTokenExchange>\n"
             "        <isTokenExchangeEnabled>false</isTokenExchangeEnabled>\n")
    for s in r.sample(SCOPES, r.randrange(1, 5)):
        o.append(f"        <scopes>{s}</scopes>\n")
    o.append("    </oauthConfig>\n    <oauthPolicy>\n"
             f"        <ipRelaxation>{r.choice(('ENFORCE', 'ENFORCE', 'BYPASS', 'BYPASS_2FACTOR'))}</ipRelaxation>\n"
             f"        <refreshTokenPolicy>{r.choice(('infinite', 'zero', 'specific_lifetime:30:DAYS'))}</refreshTokenPolicy>\n"
             "    </oauthPolicy>\n")
    for p in permsets:
        o.append(f"    <permissionSetName>{p}</permissionSetName>\n")
    for p in profiles:
        o.append(f"    <profileName>{p}</profileName>\n")
    o.append("</ConnectedApp>\n")
    return "".join(o)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("out")
    ap.add_argument("--preset", choices=PRESETS, default="S")
    ap.add_argument("--seed", type=int, default=20260)
    for k in PRESETS["S"]:
        ap.add_argument("--" + k.replace("_", "-"), type=int)
    ap.add_argument("--objects", type=int, help="objects in the org's schema (default: enough for the profile size)")
    ap.add_argument("--fields-per-object", type=int, default=60)
    ap.add_argument("--classes", type=int, help="Apex classes (default: profile_bytes / 4000)")
    ap.add_argument("--malformed", type=int, default=0,
                    help="files to break, in turn: merge-conflict marker, mismatched end tag, truncated file, bare ampersand")
    ap.add_argument("--crlf", type=int, default=0, help="of every 100 profiles, how many get CRLF line ends")
    ap.add_argument("--force", action="store_true", help="remove OUT first")
    a = ap.parse_args()
    for k, v in PRESETS[a.preset].items():
        if getattr(a, k) is None:
            setattr(a, k, v)
    if a.objects is None:
        a.objects = max(40, a.profile_bytes // (a.fields_per_object * 190) + 20)
    if a.classes is None:
        a.classes = max(20, a.profile_bytes // 4000)
    if os.path.exists(a.out):
        if not a.force:
            sys.exit(f"{a.out} exists; pass --force to replace it")
        shutil.rmtree(a.out)
    r = random.Random(a.seed)
    org = Org(r, a)
    counts = {"files": 0, "bytes": 0, "relevant_files": 0, "relevant_bytes": 0}
    grants = []  # large files a defect can be planted in
    made = set()

    def write(rel, text, relevant=False):
        path = os.path.join(a.out, rel)
        d = os.path.dirname(path)
        if d not in made:
            os.makedirs(d, exist_ok=True)
            made.add(d)
        data = text.encode()
        with open(path, "wb") as f:
            f.write(data)
        counts["files"] += 1
        counts["bytes"] += len(data)
        if relevant:
            counts["relevant_files"] += 1
            counts["relevant_bytes"] += len(data)

    base = "force-app/main/default/"
    extra = "integrations/main/default/"  # a second package directory
    write("sfdx-project.json", json.dumps({
        "packageDirectories": [{"path": "force-app", "default": True}, {"path": "integrations"}],
        "namespace": "", "sfdcLoginUrl": "https://login.salesforce.com", "sourceApiVersion": "62.0"}, indent=4) + "\n")
    write(".forceignore", "# List files or directories below to ignore them when running force:source:push\n"
          "package.xml\n**/jsconfig.json\n**/.eslintrc.json\n**/__tests__/**\nnode_modules/\n**/*.dup\n")
    write(".gitignore", ".sf/\n.sfdx/\nnode_modules/\ncoverage/\n*.log\n")
    write("package.json", '{ "name": "bench-org", "private": true }\n')
    write("config/project-scratch-def.json", '{ "orgName": "bench", "edition": "Developer" }\n')

    prof_names = ["Admin", "Standard"] + [f"{name(r, 2)} {i:03d}" for i in range(2, a.profiles)]
    prof_names = prof_names[: a.profiles]
    ps_names = [f"{name(r, 2)}_PS_{i:04d}" for i in range(a.permsets)]

    # Grants are written on the app: a permission set by its label, a profile by its name in Setup.
    # About 1 admin-approved app in 10 has none, 1 in 10 names only something that does not exist.
    setup_name = {"Admin": "System Administrator", "Standard": "Standard User"}
    approved, in_file, dangling = {}, {}, set()
    for app in org.apps:
        approved[app] = r.random() < .6
        how = r.random()
        if not approved[app] or how < .1:
            in_file[app] = ([], [])
        elif how < .2:
            in_file[app] = ([f"Retired Integration {r.randrange(9999)}"], [])
            dangling.add(app)
        else:
            ps = [r.choice(ps_names).replace("_", " ")] if r.random() < .6 else []
            prof = r.sample(prof_names, min(len(prof_names), r.randrange(1, 4))) if r.random() < .7 or not ps else []
            in_file[app] = (ps, [setup_name.get(p, p) for p in prof])
    plan_prof = {p: r.sample(org.apps, 1) if r.random() < .2 else [] for p in prof_names}  # coincidental names: no grants
    plan_ps = {p: [] for p in ps_names}

    with_ranges = set()
    for i, p in enumerate(prof_names):
        text, vis = grant_file(r, org, "Profile", p, int(a.profile_bytes * r.uniform(.9, 1.1)), sorted(set(plan_prof[p])), True)
        if i % 100 >= 100 - a.crlf:
            text = text.replace("\n", "\r\n")
        rel = f"{base}profiles/{p}.profile-meta.xml"
        write(rel, text, True)
        grants.append(rel)
        if "<loginIpRanges>" in text:
            with_ranges.add(setup_name.get(p, p))
    for p in ps_names:
        text, vis = grant_file(r, org, "PermissionSet", p.replace("_", " "), int(a.permset_bytes * r.uniform(.5, 1.5)), sorted(set(plan_ps[p])), False)
        rel = f"{base}permissionsets/{p}.permissionset-meta.xml"
        write(rel, text, True)
        grants.append(rel)
    for i in range(max(1, a.permsets // 20)):
        members = "".join(f"    <permissionSets>{x}</permissionSets>\n" for x in r.sample(ps_names, min(4, len(ps_names))))
        write(f"{base}permissionsetgroups/Group_{i:03d}.permissionsetgroup-meta.xml",
              f"{HEAD}<PermissionSetGroup {NS}>\n    <hasActivationRequired>false</hasActivationRequired>\n"
              f"    <label>Group {i}</label>\n{members}    <status>Updated</status>\n</PermissionSetGroup>\n", True)

    unassigned, unresolved, unrestricted = [], sorted(dangling), []
    for i, app in enumerate(org.apps):
        d = extra if i % 10 == 9 else base
        text = connected_app(r, app, approved[app], *in_file[app])
        write(f"{d}connectedApps/{app}.connectedApp-meta.xml", text, True)
        if approved[app] and not any(in_file[app]):
            unassigned.append(app)
        profs = in_file[app][1]
        if approved[app] and profs and "ENFORCE" in text and not with_ranges.intersection(profs):
            unrestricted.append(app)
    for e in org.ecas:
        pre = r.random() < .6
        ps = r.choice(ps_names) if r.random() < .8 else ""
        if pre and not ps:
            unassigned.append(e)
        write(f"{base}externalClientApps/{e}.eca-meta.xml",
              f"{HEAD}<ExternalClientApplication {NS}>\n    <contactEmail>owner@example.com</contactEmail>\n"
              f"    <distributionState>Local</distributionState>\n    <isProtected>false</isProtected>\n    <label>{e}</label>\n"
              "</ExternalClientApplication>\n", True)
        write(f"{base}extlClntAppOauthSettings/{e}_oauth.ecaOauth-meta.xml",
              f"{HEAD}<ExtlClntAppOauthSettings {NS}>\n    <commaSeparatedOauthScopes>{', '.join(r.sample(SCOPES, 3))}</commaSeparatedOauthScopes>\n"
              f"    <externalClientApplication>{e}</externalClientApplication>\n    <label>{e}_oauth</label>\n</ExtlClntAppOauthSettings>\n", True)
        write(f"{base}extlClntAppOauthPolicies/{e}_plcy.ecaOauthPlcy-meta.xml",
              f"{HEAD}<ExtlClntAppOauthConfigurablePolicies {NS}>\n"
              + (f"    <commaSeparatedPermissionSet>{ps}</commaSeparatedPermissionSet>\n" if ps else "")
              + f"    <externalClientApplication>{e}</externalClientApplication>\n"
              f"    <ipRelaxationPolicyType>{r.choice(('Enforce', 'Bypass'))}</ipRelaxationPolicyType>\n    <label>{e}_plcy</label>\n"
              f"    <permittedUsersPolicyType>{'AdminApprovedPreAuthorized' if pre else 'AllSelfAuthorized'}</permittedUsersPolicyType>\n"
              "    <refreshTokenPolicyType>Infinite</refreshTokenPolicyType>\n</ExtlClntAppOauthConfigurablePolicies>\n", True)
    for s, el in (("ConnectedApp", "enableAdminApprovedAppsOnly"), ("Security", "enableAuditFieldsInactiveOwner"),
                  ("OauthOidc", "blockOAuthUnPwFlow"), ("Session", "enforceIpRangesEveryRequest")):
        write(f"{base}settings/{s}.settings-meta.xml",
              f"{HEAD}<{s}Settings {NS}>\n    <{el}>{b(r.getrandbits(1))}</{el}>\n</{s}Settings>\n", True)

    # what a walk must step over
    for t in org.tab_apps[:40]:
        write(f"{base}applications/{t}.app-meta.xml",
              f"{HEAD}<CustomApplication {NS}>\n    <label>{t}</label>\n    <navType>Standard</navType>\n</CustomApplication>\n")
    left = a.other_files
    for i, c in enumerate(org.classes):
        if left < a.other_files * 3 // 4:
            break
        write(f"{base}classes/{c}.cls", f"public with sharing class {c} {{\n" + "    // body\n" * 40 + "}\n")
        write(f"{base}classes/{c}.cls-meta.xml", f"{HEAD}<ApexClass {NS}>\n    <apiVersion>62.0</apiVersion>\n    <status>Active</status>\n</ApexClass>\n")
        left -= 2
    for i in range(min(a.other_files // 20, left // 4)):
        c = f"cmp{i:04d}"
        for ext in ("js", "html", "js-meta.xml"):
            write(f"{base}lwc/{c}/{c}.{ext}", "// component\n" * 20)
        write(f"{base}lwc/{c}/__tests__/{c}.test.js", "// test\n" * 20)
        left -= 4
    for f in org.fields * (left // max(1, len(org.fields)) + 1):
        if left <= 0:
            break
        o, fl = f.split(".")
        write(f"{base}objects/{o}/fields/{fl}.field-meta.xml",
              f"{HEAD}<CustomField {NS}>\n    <fullName>{fl}</fullName>\n    <externalId>false</externalId>\n    <label>{fl}</label>\n"
              "    <length>255</length>\n    <required>false</required>\n    <trackHistory>false</trackHistory>\n    <type>Text</type>\n</CustomField>\n")
        left -= 1
    for i in range(a.node_modules):
        write(f"node_modules/pkg{i // 40:03d}/lib/m{i % 40}.js", "module.exports = 1;\n")

    defects = []
    for k in range(a.malformed):
        rel = grants[(k * 37) % len(grants)]
        path = os.path.join(a.out, rel)
        data = open(path, "rb").read()
        at = data.find(b"<fieldPermissions>", len(data) // 2)
        kind = ("conflict", "mismatch", "truncated", "ampersand")[k % 4]
        if kind == "conflict":
            at = data.rfind(b"\n", 0, at) + 1
            new = data[:at] + b"<<<<<<< HEAD\n" + data[at:]
        elif kind == "mismatch":
            at = data.find(b"</readable>", at)
            new = data[:at] + b"</readble>" + data[at + 11:]
        elif kind == "truncated":
            at = data.find(b"<field>", at) + 9
            new = data[:at]
        else:
            at = data.find(b"<field>", at) + 7
            new = data[:at] + b"R&D." + data[at:]
        open(path, "wb").write(new)
        counts["bytes"] += len(new) - len(data)
        counts["relevant_bytes"] += len(new) - len(data)
        defects.append({"file": rel, "kind": kind, "line": data[:at].count(b"\n") + 1})
    opts = {k: v for k, v in vars(a).items() if k not in ("out", "force")}
    with open(a.out.rstrip("/") + ".facts.json", "w") as f:
        json.dump({"options": opts, **counts, "unassigned": sorted(unassigned), "unresolved": unresolved,
                   "enforced_without_ranges": sorted(unrestricted), "defects": defects}, f, indent=1)
        f.write("\n")
    print(json.dumps({**counts, "admin_approved": sum(approved.values()), "unassigned": len(unassigned),
                      "unresolved": len(unresolved), "enforced_without_ranges": len(unrestricted)}))


if __name__ == "__main__":
    main()
