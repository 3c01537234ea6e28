#!/usr/bin/env bash
# Fuzzes with libFuzzer: scripts/fuzz.sh TARGET [SECONDS] [libFuzzer's options].
#
# TARGET is a folder of Tests/Fuzz with a program. The inputs in Tests/Fuzz/corpus/TARGET come first; those that reach
# new code are kept in .build-fuzz/corpus/TARGET. An input that crashes is left in .build-fuzz/crashes and its path
# printed; the program in .build-fuzz/release, given that path, runs it alone.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:?give a target: $(find Tests/Fuzz -name main.swift -printf '%h ' | sed 's|Tests/Fuzz/||g')}
seconds=${2:-60}
shift $(($# < 2 ? $# : 2))

toolchain=$(dirname "$(dirname "$(readlink -f "$(command -v swiftc)")")")
runtime=$(find "$toolchain/lib/clang" -name "libclang_rt.fuzzer_no_main-$(uname -m).a" | head -n 1)
[ -n "$runtime" ] || { echo "fuzz: the Swift toolchain in $toolchain has no libFuzzer" >&2; exit 1; }

# -sanitize=fuzzer goes to the compiler alone: at the link it would bring a second main. gold, the default linker,
# cannot read libFuzzer's debug information. -enable-testing lets a target import what a module keeps to itself.
LORIKEET_FUZZ=1 swift build -c release --scratch-path .build-fuzz --product "fuzz-$target" \
  -Xswiftc -Xfrontend -Xswiftc -sanitize=fuzzer -Xswiftc -enable-testing \
  -Xswiftc -use-ld=lld -Xlinker "$runtime" -Xlinker -lstdc++
mkdir -p ".build-fuzz/corpus/$target" .build-fuzz/crashes
# Swift's own report of a crash would keep libFuzzer from writing the input down.
SWIFT_BACKTRACE=enable=no exec ".build-fuzz/release/fuzz-$target" -max_total_time="$seconds" -rss_limit_mb=2048 \
  -timeout=20 -artifact_prefix=.build-fuzz/crashes/ "$@" ".build-fuzz/corpus/$target" "Tests/Fuzz/corpus/$target"
