"""Script of a careful user, with lxml: finds apps that are assigned to nobody.

    python3 assignments.py TREE

Prints a line for each finding, RULE<TAB>APP, or xml-malformed<TAB>FILE:LINE: pre-authorized apps without any
assignment; assignments to a profile or permission set that does not exist; IP restrictions that are enforced although
no assigned profile has login IP ranges.
"""

import sys
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

NAMESPACE = {"m": "http://soap.sforce.com/2006/04/metadata"}
NAMES_IN_SETUP = {"Admin": "System Administrator", "Standard": "Standard User"}


def documents(tree, suffix):
    """Yields the well-formed files of a type, each with the name of the file."""
    suffix = f".{suffix}-meta.xml"
    for path in sorted(tree.rglob("*" + suffix)):
        try:
            yield unquote(path.name.removesuffix(suffix)), etree.parse(path)
        except etree.XMLSyntaxError as error:
            print(f"xml-malformed\t{path.relative_to(tree)}:{error.lineno}")


def texts(document, path):
    return [element.text or "" for element in document.iterfind(path, NAMESPACE)]


def listed(document, path):
    return [name.strip() for text in texts(document, path) for name in text.split(",")]


def apps(tree):
    """Name, permission sets, profiles and whether IP restrictions are enforced, of each pre-authorized app."""
    for name, app in documents(tree, "connectedApp"):
        if texts(app, "m:oauthConfig/m:isAdminApproved") == ["true"]:
            enforced = texts(app, "m:oauthPolicy/m:ipRelaxation") == ["ENFORCE"]
            yield name, texts(app, "m:permissionSetName"), texts(app, "m:profileName"), enforced
    for _, app in documents(tree, "ecaOauthPlcy"):
        if texts(app, "m:permittedUsersPolicyType") == ["AdminApprovedPreAuthorized"]:
            enforced = texts(app, "m:ipRelaxationPolicyType") == ["Enforce"]
            [name] = texts(app, "m:externalClientApplication")
            yield name, listed(app, "m:commaSeparatedPermissionSet"), listed(app, "m:commaSeparatedProfile"), enforced


def main(tree):
    permission_sets = set()
    for name, document in documents(tree, "permissionset"):
        permission_sets.update([name, *texts(document, "m:label")])
    has_ranges = {
        NAMES_IN_SETUP.get(name, name): document.find("m:loginIpRanges", NAMESPACE) is not None
        for name, document in documents(tree, "profile")
    }
    for name, sets, profiles, enforced in apps(tree):
        if not sets and not profiles:
            print(f"preauthorized-unassigned\t{name}")
        if not permission_sets.issuperset(sets) or not has_ranges.keys() >= set(profiles):
            print(f"grant-unresolved\t{name}")
        if enforced and profiles and not any(has_ranges.get(profile) for profile in profiles):
            print(f"ip-enforced-without-ranges\t{name}")


main(Path(sys.argv[1]))
