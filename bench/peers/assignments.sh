#!/usr/bin/env bash
# Script of a user in a hurry, with ripgrep and awk: finds apps that are assigned to nobody.
#
#   assignments.sh TREE
#
# Prints the same lines as assignments.py, but does not understand XML: it ignores whether a file is well-formed, and
# does not recognize comments and entities.
set -euo pipefail
cd "$1"

# Prints a line for each file of a type: its path.
files() {
  rg --files --glob "*.$1-meta.xml" . | sed $'s/$/\tfile\t/'
}
# Prints a line for each of some elements in files of a type: path, element name, text.
elements() {
  rg --only-matching --no-line-number --with-filename --field-match-separator $'\t' --replace $'$1\t$2' \
    --glob "*.$1-meta.xml" "<($2)>([^<]*)" . || true
}

{
  files permissionset
  elements permissionset label
  files profile
  elements profile loginIpRanges
  elements connectedApp 'isAdminApproved|ipRelaxation|permissionSetName|profileName'
  elements ecaOauthPlcy 'permittedUsersPolicyType|ipRelaxationPolicyType|commaSeparatedPermissionSet|commaSeparatedProfile'
} | awk -F '\t' '
  {
    name = $1
    sub(/.*\//, "", name)
    type = name
    sub(/-meta\.xml$/, "", type)
    sub(/.*\./, "", type)
    name = substr(name, 1, length(name) - length("." type "-meta.xml"))
  }
  type == "permissionset" { sets[$2 == "label" ? $3 : name] }
  type == "profile" {
    if (name == "Admin") name = "System Administrator"
    if (name == "Standard") name = "Standard User"
    profiles[name]
    if ($2 == "loginIpRanges") has_ranges[name]
  }
  type == "ecaOauthPlcy" { sub(/_oauthPlcy$/, "", name) }
  $3 == "AdminApprovedPreAuthorized" || ($2 == "isAdminApproved" && $3 == "true") { apps[name] }
  toupper($3) == "ENFORCE" { enforced[name] }
  /\t(permissionSetName|commaSeparatedPermissionSet)\t/ { sets_of[name] = sets_of[name] "," $3 }
  /\t(profileName|commaSeparatedProfile)\t/ { profiles_of[name] = profiles_of[name] "," $3 }
  # Whether each that is listed is known; `some`: whether any is.
  function known(list, names, some,   parts, count, i, found) {
    count = split(substr(list, 2), parts, ",")
    for (i = 1; i <= count; i++) found += parts[i] in names
    return some ? found > 0 : found == count
  }
  END {
    for (app in apps) {
      if (sets_of[app] profiles_of[app] == "") print "preauthorized-unassigned\t" app
      if (!known(sets_of[app], sets) || !known(profiles_of[app], profiles)) print "grant-unresolved\t" app
      if (app in enforced && profiles_of[app] != "" && !known(profiles_of[app], has_ranges, 1))
        print "ip-enforced-without-ranges\t" app
    }
  }
'
