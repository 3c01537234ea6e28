#!/usr/bin/env bash
# Builds gRPC C++'s client and server of the interoperability suite into .build/interop/cpp; a second run with the same
# sources does nothing.
set -euo pipefail
cd "$(dirname "$0")/../../.."
readonly source=Tests/Interop/cpp out=.build/interop/cpp

for tool in g++ protoc grpc_cpp_plugin pkg-config; do
  command -v $tool >/dev/null || {
    echo "interop: $tool is missing: run scripts/setup.sh --tests (it installs g++, protobuf-compiler-grpc, libgrpc++-dev)" >&2
    exit 1
  }
done
pkg-config --exists grpc++ protobuf || {
  echo "interop: gRPC C++'s library is missing: run scripts/setup.sh --tests (it installs libgrpc++-dev)" >&2
  exit 1
}

mkdir -p $out
exec 9>$out/lock
flock 9
wanted=$({ cat $source/*.cc $source/*.h $source/build.sh Protos/grpc/testing/*.proto; pkg-config --modversion grpc++; } | sha256sum)
[ "$(cat $out/stamp 2>/dev/null)" = "$wanted" ] && exit 0
rm -f $out/stamp

protoc -I Protos --cpp_out=$out --grpc_out=$out --plugin=protoc-gen-grpc="$(command -v grpc_cpp_plugin)" \
  Protos/grpc/testing/*.proto
compile() { g++ -std=c++17 -O1 -Wall -Wextra -I $out $(pkg-config --cflags grpc++) -c "$1" -o "$out/$2.o"; }
for name in empty.pb messages.pb test.pb test.grpc.pb; do compile $out/grpc/testing/$name.cc $name; done
for program in server client; do
  compile $source/$program.cc $program
  g++ -o $out/$program $out/$program.o $out/{empty.pb,messages.pb,test.pb,test.grpc.pb}.o \
    $(pkg-config --libs grpc++ protobuf) -Wl,--as-needed
done
echo "$wanted" >$out/stamp
