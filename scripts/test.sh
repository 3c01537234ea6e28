#!/usr/bin/env bash
# Runs the whole suite; ends with the test runner's own summary. Arguments go to the runner, such as --filter RPCTests.
set -euo pipefail
cd "$(dirname "$0")/.."
# Two test processes' worth of OpenMP threads on two cores only get in each other's way.
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
# Colours are for people at a terminal.
[ -t 1 ] || export NO_COLOR=1

swift build --build-tests
# `swift test` has no option for how many tests run at once. Without a bound, hundreds hold their servers, sockets and
# child processes until they get their turn.
run() {
  "$(swift build --show-bin-path)/lorikeetPackageTests.xctest" --testing-library swift-testing \
    --experimental-maximum-parallelization-width 16 "$@"
}
if [ $# -gt 0 ]; then run "$@"; exit; fi
# Tests that compute hold Swift's few threads for seconds, and calls with deadlines would miss them meanwhile: they come
# after the others.
readonly computing='^(Torch|StableDiffusion|LoRA|TrainingBackend|SamplingBackend|Pretraining|TinyWorld|Images)Tests\.'
run --skip "$computing"
run --filter "$computing"
