#!/usr/bin/env bash
# Generates the C and Swift code for the .proto files, in place. The output depends on nothing but the inputs and the
# versions of protoc and protoc-gen-c. Needs protobuf-compiler and protobuf-c-compiler (`make setup` installs them).
#
# Protos/generated.sha256 records the digests of all inputs and outputs; a test compares them with the files.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

for tool in protoc protoc-gen-c; do
  command -v $tool >/dev/null || { echo "generate: $tool is missing: run make setup" >&2; exit 1; }
done
readonly generator=Protos/generator
swift build --quiet --package-path $generator >&2
plugin=$(swift build --package-path $generator --show-bin-path)/protoc-gen-lorikeet

# One folder of output, made anew. Arguments: folder, the plugin's options, then protoc's own.
generate() {
  local folder=$1 options=$2
  shift 2
  rm -rf "$folder"
  mkdir -p "$folder"
  protoc --plugin="protoc-gen-lorikeet=$plugin" --lorikeet_out="$options:$folder" "$@"
}

well_known=(google/protobuf/{any,duration,empty,field_mask,struct,timestamp,wrappers}.proto)
interop=($(cd Protos && find grpc/testing -name '*.proto' | sort))
standard=($(cd Protos && find google grpc -path grpc/testing -prune -o -name '*.proto' -print | sort))
lorikeet=($(cd Protos && find lorikeet -name '*.proto' | sort))
bench=($(cd Tests/Benchmarks/RPC/protos && find . -name '*.proto' -printf '%P\n' | sort))
article=($(cd Tests/DocumentationTests/Protos && find . -name '*.proto' -printf '%P\n' | sort))
test_schema=($(cd Tests/ProtobufTests/Protos && find . -name '*.proto' -printf '%P\n' | sort))

generate Sources/CStandardProtos lang=c,c_module=CStandardProtos -I Protos "${well_known[@]}" "${standard[@]}"
generate Sources/Protobuf/Generated lang=swift,module=Protobuf,c_module=CStandardProtos "${well_known[@]}"
generate Sources/RPC/Generated lang=swift,module=RPC,c_module=CStandardProtos,import=Protobuf -I Protos "${standard[@]}"

generate Sources/CLorikeetProtos lang=c,c_module=CLorikeetProtos -I Protos "${lorikeet[@]}"
generate Sources/LorikeetAPI/Generated \
  lang=swift,module=LorikeetAPI,c_module=CLorikeetProtos,import=Protobuf,import=RPC -I Protos "${lorikeet[@]}"

generate Sources/CInteropProtos lang=c,c_module=CInteropProtos -I Protos "${interop[@]}"
generate Sources/rpc-interop/Generated \
  lang=swift,module=Interop,c_module=CInteropProtos,import=Protobuf,import=RPC -I Protos "${interop[@]}"

generate Tests/CTestProtos lang=c,c_module=CTestProtos -I Tests/ProtobufTests/Protos "${test_schema[@]}"
generate Tests/TestProtos lang=swift,module=TestProtos,c_module=CTestProtos,import=Protobuf \
  -I Tests/ProtobufTests/Protos "${test_schema[@]}"

generate Tests/CDocumentationProtos lang=c,c_module=CDocumentationProtos \
  -I Tests/DocumentationTests/Protos "${article[@]}"
generate Tests/DocumentationTests/Generated \
  lang=swift,module=DocumentationTests,c_module=CDocumentationProtos,import=Protobuf,import=RPC \
  -I Tests/DocumentationTests/Protos "${article[@]}"

generate Tests/Benchmarks/RPC/CEchoProtos lang=c,c_module=CEchoProtos -I Tests/Benchmarks/RPC/protos "${bench[@]}"
generate Tests/Benchmarks/RPC/echo/Generated \
  lang=swift,module=Echo,c_module=CEchoProtos,import=Protobuf,import=RPC -I Tests/Benchmarks/RPC/protos \
  "${bench[@]}"

{
  find Protos Tests/ProtobufTests/Protos Tests/DocumentationTests/Protos Tests/Benchmarks/RPC/protos \
    -path $generator/.build -prune -o -type f \
    \( -name '*.proto' -o -name '*.swift' -o -name generate.sh \) -print
  find Sources/CStandardProtos Sources/Protobuf/Generated Sources/RPC/Generated Sources/CLorikeetProtos \
    Sources/LorikeetAPI/Generated Sources/CInteropProtos Sources/rpc-interop/Generated Tests/CTestProtos \
    Tests/TestProtos Tests/CDocumentationProtos Tests/DocumentationTests/Generated \
    Tests/Benchmarks/RPC/CEchoProtos Tests/Benchmarks/RPC/echo/Generated -type f
} | sort | xargs sha256sum >Protos/generated.sha256
