#!/usr/bin/env bash
# Builds products: build.sh debug|release PRODUCT…   One `swift build` a product, the shared modules only once.
set -euo pipefail
cd "$(dirname "$0")/.."
configuration=$1
shift
for product in "$@"; do
  swift build --configuration "$configuration" --product "$product"
done
