#!/usr/bin/env bash
# Runs gRPC's interoperability suite: every case, between ours and gRPC's Python and C++ ends, direct and through nginx
# and HAProxy, plain and over TLS. Prints a table for each and a line of counts; fails when a cell did.
#
# Arguments go to the runner: --transports nginx,haproxy --pairs swift:cpp,cpp:swift --cases ping_pong,large_unary
# --concurrent_calls 1000 --soak_iterations 100
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/build.sh release rpc-interop
exec .deps/python/bin/python -B Tests/Interop/runner/matrix.py \
  --swift "$(swift build --configuration release --show-bin-path)/rpc-interop" "$@"
