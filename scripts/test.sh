#!/usr/bin/env bash
# Runs the whole suite; ends with the test runner's own summary. Arguments go to the runner, such as --filter RPCTests.
set -euo pipefail
cd "$(dirname "$0")/.."
# Two test processes' worth of OpenMP threads on two cores only get in each other's way.
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
# Colours are for people at a terminal.
[ -t 1 ] || export NO_COLOR=1

swift build --build-tests
# Tests that compute hold a thread for seconds. Without a bound, hundreds of others would begin meanwhile and hold their
# servers, sockets and child processes until they get their turn. `swift test` has no option for it.
exec "$(swift build --show-bin-path)/lorikeetPackageTests.xctest" --testing-library swift-testing \
  --experimental-maximum-parallelization-width 16 "$@"
