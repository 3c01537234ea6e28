#!/usr/bin/env bash
# Runs the whole suite; ends with the test runner's own summary. Arguments go to `swift test`, such as --filter RPCTests.
set -euo pipefail
cd "$(dirname "$0")/.."
# Two test processes' worth of OpenMP threads on two cores only get in each other's way.
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
exec swift test "$@"
