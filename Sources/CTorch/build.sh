#!/bin/sh
# Builds libCTorch.so alone, with g++ and no Swift, against the libtorch in $1 (a folder with include/ and lib/, such
# as the `torch` folder of an installed PyTorch 2.11 or later). A machine with a GPU runs this once, then loads the
# result beside executables that were built elsewhere. LORIKEET_CUDA=1 links the CUDA half in.
#
#   [LORIKEET_CUDA=1] Sources/CTorch/build.sh LIBTORCH [OUTPUT]        (OUTPUT: libCTorch.so in the current folder)
set -eu
torch=${1:?"usage: build.sh LIBTORCH [OUTPUT]"}
output=${2:-libCTorch.so}
sources=$(cd "$(dirname "$0")" && pwd)
torch=$(cd "$torch" && pwd)

# Nothing refers to the CUDA library by name: without --no-as-needed its kernels would never register.
cuda=
if [ "${LORIKEET_CUDA:-0}" = 1 ]; then
  cuda="-Wl,--no-as-needed -ltorch_cuda -lc10_cuda -ltorch -Wl,--as-needed"
fi

# shellcheck disable=SC2086 # $cuda holds several words
exec "${CXX:-g++}" -std=c++20 -O2 -DNDEBUG -fPIC -shared -fvisibility=hidden -fvisibility-inlines-hidden \
  -I"$sources/include" -isystem "$torch/include" -isystem "$torch/include/torch/csrc/api/include" \
  "$sources"/*.cpp "$sources"/Kernels/*.cpp -o "$output" \
  -L"$torch/lib" -Wl,--allow-shlib-undefined -Wl,-rpath,"$torch/lib" -ltorch_cpu -lc10 $cuda
