#!/usr/bin/env bash
# Measures the RPC runtime beside gRPC C++, grpc-swift-2 and nghttpd: builds them all, then runs Tests/Benchmarks/RPC.
# Usage: bench-rpc.sh [--quick] [--only PATTERN] [--peers NAMES] [--list] [--no-build]
set -euo pipefail
cd "$(dirname "$0")/.."
readonly folder=Tests/Benchmarks/RPC out=.build/bench-rpc
mkdir -p $out

build=yes peers=cpp,swift,nghttpd
options=()
while [ $# -gt 0 ]; do
  case "$1" in
    --no-build) build=no ;;
    --peers) peers=${2:?--peers needs names: cpp, swift, nghttpd}; shift ;;
    *) options+=("$1") ;;
  esac
  shift
done

if [ $build = yes ]; then
  scripts/setup.sh --benchmarks
  echo "bench-rpc: building our server" >&2
  LORIKEET_BENCHMARKS=1 scripts/build.sh release rpc-echo >&2
  $folder/cpp/build.sh "$PWD/$out/cpp"
  case "$peers" in *swift*)
    echo "bench-rpc: building the grpc-swift-2 server (the first time takes some minutes)" >&2
    swift build --quiet --configuration release --package-path $folder/grpc-swift --product grpc-swift-echo >&2 ;;
  esac
fi
export BENCH_PYTHON=$PWD/.deps/python/bin/python
programs=ours=.build/release/rpc-echo,ours-client=.build/release/rpc-echo
programs+=,cpp=$out/cpp/server,cpp-client=$out/cpp/client,swift=$folder/grpc-swift/.build/release/grpc-swift-echo
exec python3 $folder/runner --programs "$programs" --peers "$peers" "${options[@]}"
