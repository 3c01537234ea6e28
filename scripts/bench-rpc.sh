#!/usr/bin/env bash
# Measures the RPC runtime beside gRPC C++, grpc-swift-2 and nghttpd: builds them all, then runs Tests/Benchmarks/RPC.
# Usage: bench-rpc.sh [--quick] [--only PATTERN] [--peers NAMES] [--list] [--no-build]
set -euo pipefail
cd "$(dirname "$0")/.."
readonly folder=Tests/Benchmarks/RPC out=.build/bench-rpc
mkdir -p $out

build=yes
options=()
for option in "$@"; do
  if [ "$option" = --no-build ]; then build=no; else options+=("$option"); fi
done

if [ $build = yes ]; then
  scripts/setup.sh --benchmarks
  echo "bench-rpc: building our server" >&2
  LORIKEET_BENCHMARKS=1 swift build --quiet --configuration release --product rpc-echo >&2
  $folder/cpp/build.sh "$PWD/$out/cpp"
fi
export BENCH_PYTHON=$PWD/.deps/python/bin/python
exec python3 $folder/runner --programs "ours=.build/release/rpc-echo,cpp=$out/cpp/server" "${options[@]}"
