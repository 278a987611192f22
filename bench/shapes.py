#!/usr/bin/env python3
"""Write one small tree per awkward XML shape, so that a fast path cannot be tuned to one layout only.

    shapes.py OUT [--elements N] [--files N]

OUT/<shape>/force-app/main/default/profiles/P*.profile-meta.xml ; every file is well-formed.  The time of each shape,
divided by the time of `normal`, shows what the fast path costs where it cannot help; doubling --elements shows
whether anything is worse than linear.
"""
import argparse
import os

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<Profile xmlns="http://soap.sforce.com/2006/04/metadata">\n'
FP = ("    <fieldPermissions>\n        <editable>true</editable>\n        <field>Account.Some_Field_%06d__c</field>\n"
      "        <readable>true</readable>\n    </fieldPermissions>\n")
LAY = "    <layoutAssignments>\n        <layout>Account-L %06d</layout>\n    </layoutAssignments>\n"
LAYR = ("    <layoutAssignments>\n        <layout>Account-L %06d</layout>\n        <recordType>Account.R</recordType>\n"
        "    </layoutAssignments>\n")
CLS = "    <classAccesses>\n        <apexClass>C%06d</apexClass>\n        <enabled>true</enabled>\n    </classAccesses>\n"
UP = "    <userPermissions>\n        <enabled>true</enabled>\n        <name>P%06d</name>\n    </userPermissions>\n"

SHAPES = {
    "normal": lambda i: FP % i,
    "crlf": lambda i: (FP % i).replace("\n", "\r\n"),
    "tabs": lambda i: (FP % i).replace("    ", "\t"),
    "minified": lambda i: (FP % i).replace("\n", "").replace("    ", ""),
    "two-shapes": lambda i: (LAYR if i % 2 else LAY) % i,
    "unsorted": lambda i: (FP if i % 3 else CLS) % i,
    "comments": lambda i: "    <!-- c %d < & -->\n" % i + FP % i,
    "attributes": lambda i: (FP % i).replace("<fieldPermissions>", '<fieldPermissions note="a > b %d">' % i),
    "entities": lambda i: (FP % i).replace("Some_Field", "R&amp;D&#65;"),
    "cdata": lambda i: (FP % i).replace("Account.Some_Field", "<![CDATA[a </b> & c]]>"),
    "non-ascii": lambda i: (FP % i).replace("Some_Field", "\u9805\u76ee\u540d"),
    "empty-tags": lambda i: (FP % i).replace("<readable>true</readable>", "<readable/>"),
    "all-wanted": lambda i: UP % i,
}


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("out")
    ap.add_argument("--elements", type=int, default=25_000)
    ap.add_argument("--files", type=int, default=4)
    a = ap.parse_args()

    def put(shape, body):
        d = os.path.join(a.out, shape, "force-app/main/default/profiles")
        os.makedirs(d, exist_ok=True)
        for k in range(a.files):
            with open(os.path.join(d, f"P{k}.profile-meta.xml"), "w", encoding="utf-8", newline="") as f:
                f.write(HEAD + body + "</Profile>\n")

    for shape, one in SHAPES.items():
        put(shape, "".join(map(one, range(a.elements))))
    put("one-text", "    <description>" + "x" * (a.elements * 160) + "</description>\n")
    put("one-comment", "    <!--" + "x" * (a.elements * 160) + "-->\n")
    put("deep", "<a>" * 200 + "</a>" * 200 + "\n")


if __name__ == "__main__":
    main()
