#!/usr/bin/env bash
# Builds products: build.sh debug|release PRODUCT…   One `swift build` a product, the shared modules only once.
set -euo pipefail
cd "$(dirname "$0")/.."
configuration=$1
shift
flags=()
# A call touches hundreds of stored properties of objects that are confined to one event loop. Release builds leave out
# the checks that no two accesses overlap, NIO's too: they cost more instructions than our own code. Debug builds, and
# so every test run, make them.
[ "$configuration" != release ] || flags=(-Xswiftc -enforce-exclusivity=unchecked)
for product in "$@"; do
  swift build --configuration "$configuration" "${flags[@]}" --product "$product"
done
