#!/usr/bin/env bash
# Prints the formula of a release: packaging/homebrew/fill.sh VERSION FOLDER. FOLDER contains the release archives.
set -euo pipefail
version=$1 folder=$2
formula=$(sed "s/@VERSION@/$version/g" "$(dirname "${BASH_SOURCE[0]}")/preauth.rb")
for target in aarch64-apple-darwin x86_64-apple-darwin aarch64-unknown-linux-musl x86_64-unknown-linux-musl; do
  sum=$(sha256sum "$folder/preauth-$target.tar.xz" | cut -d ' ' -f 1)
  formula=${formula//@SHA256_$target@/$sum}
done
printf '%s\n' "$formula"
