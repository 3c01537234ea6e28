#!/usr/bin/env bash
# Generates the code of the grpc-swift-2 server anew; needed only when ../protos changes. Takes about ten minutes.
set -euo pipefail
cd "$(dirname "$0")"
for plugin in protoc-gen-swift protoc-gen-grpc-swift-2; do
  swift build --quiet --configuration release --product $plugin
done
readonly out=Sources/grpc-swift-echo/Generated
mkdir -p $out
protoc -I ../protos --plugin=.build/release/protoc-gen-swift --plugin=.build/release/protoc-gen-grpc-swift-2 \
  --swift_opt=FileNaming=DropPath --swift_out=$out \
  --grpc-swift-2_opt=FileNaming=DropPath,Client=false --grpc-swift-2_out=$out bench/v1/echo.proto
