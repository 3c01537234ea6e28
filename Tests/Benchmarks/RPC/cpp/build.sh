#!/usr/bin/env bash
# Builds the gRPC C++ server and client into the folder that is named.
set -euo pipefail
cd "$(dirname "$0")"
readonly out=$1
mkdir -p "$out"
protoc -I ../protos --cpp_out="$out" --grpc_out="$out" --plugin=protoc-gen-grpc="$(command -v grpc_cpp_plugin)" \
  bench/v1/echo.proto
for program in server client; do
  [ "$out/$program" -nt $program.cc ] && [ "$out/$program" -nt ../protos/bench/v1/echo.proto ] && continue
  echo "building the gRPC C++ $program"
  # shellcheck disable=SC2046  # flags, one word each
  g++ -std=c++17 -O2 -DNDEBUG -I"$out" $program.cc "$out"/bench/v1/*.cc -o "$out/$program" \
    $(pkg-config --cflags --libs grpc++ protobuf) -Wl,--as-needed
done
