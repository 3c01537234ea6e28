#!/usr/bin/env bash
# Brings a Debian 12 machine with Swift to where Lorikeet builds: Debian packages, libtorch, the CLIP vocabulary and,
# with --tests, a Python environment and C++ libraries for foreign gRPC ends; with --interop or --benchmarks, proxies or
# the benchmarks' peers as well. Idempotent; a second run takes about a second.
#
#   LIBTORCH=/path   uses a libtorch that is installed already (a folder that holds include/ and lib/)
set -euo pipefail
cd "$(dirname "$0")/.."

readonly torch_version=2.15.0
readonly cuda_runtime_version=13.5.37
readonly cupti_version=13.5.25
readonly open_clip_version=3.3.0
readonly grpcio_version=1.85.1
readonly protobuf_version=7.36.2
readonly packages=(
  libnghttp2-dev libprotobuf-c-dev protobuf-c-compiler protobuf-compiler libprotobuf-dev libsqlite3-dev libvips-dev
  pkg-config make zlib1g-dev fonts-dejavu-core ca-certificates python3 python3-venv python3-pip
)
readonly test_packages=(nghttp2-client g++ libgrpc++-dev protobuf-compiler-grpc libprotobuf-dev openssl)
# Debian starts both once they are installed, so a mere test run must not bring them.
readonly proxy_packages=(nginx-light haproxy)
readonly benchmark_packages=(
  nghttp2-client nghttp2-server libgrpc++-dev protobuf-compiler-grpc g++ binutils valgrind util-linux openssl
)

fail() { echo "setup: $*" >&2; exit 1; }
say() { echo "setup: $*"; }

with_tests=no extra_packages=()
case "${1:-}" in
  --tests) with_tests=yes extra_packages=("${test_packages[@]}") ;;
  --interop) with_tests=yes extra_packages=("${test_packages[@]}" "${proxy_packages[@]}") ;;
  --benchmarks) with_tests=yes extra_packages=("${benchmark_packages[@]}") ;;
esac

command -v swift >/dev/null || fail "Swift is missing: install Swift 6.3 (swift.org/install) and put it on PATH."
[ "$(uname -m)" = x86_64 ] || [ -n "${LIBTORCH:-}" ] ||
  fail "libtorch is pinned for x86_64 only: on $(uname -m), install PyTorch and set LIBTORCH=/path/to/torch."

install_debian_packages() {
  local missing=() package
  for package in "${packages[@]}" "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get >/dev/null || fail "this is not Debian: install the equivalents of ${missing[*]} by hand."
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "installing ${missing[*]} needs root: run as root, or install sudo."
    sudo=(sudo)
  fi
  say "installing ${missing[*]}"
  "${sudo[@]}" apt-get update -qq || fail "apt-get update failed: check the network and /etc/apt/sources.list."
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    >.deps/apt.log 2>&1 || fail "apt-get could not install ${missing[*]}: see .deps/apt.log."
}

# Downloads one pinned wheel and checks its digest. Prints its path.
fetch_wheel() { # name version platform sha256
  local folder=.deps/wheels wheel
  mkdir -p "$folder"
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
    --python-version 3.11 --implementation cp --platform "$3" --dest "$folder" "$1==$2" >.deps/pip.log 2>&1 ||
    fail "could not download $1 $2 from the Python package index: check the network, then see .deps/pip.log."
  wheel=$(ls "$folder/${1//-/_}-$2"-*.whl)
  echo "$4  $wheel" | sha256sum --check --status ||
    fail "$wheel does not have the expected SHA-256: delete it and run again."
  echo "$wheel"
}

unzip_from() { # wheel, destination, then patterns of member names
  python3 - "$@" <<'PYTHON'
import fnmatch, sys, zipfile
wheel, destination, *patterns = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if any(fnmatch.fnmatch(name, pattern) for pattern in patterns):
            archive.extract(name, destination)
PYTHON
}

install_libtorch() {
  if [ -n "${LIBTORCH:-}" ]; then
    [ -e "$LIBTORCH/lib/libtorch_cpu.so" ] && [ -d "$LIBTORCH/include/ATen" ] ||
      fail "LIBTORCH=$LIBTORCH holds no lib/libtorch_cpu.so or include/ATen: point it at a torch folder."
    return
  fi
  local stamp=.deps/torch/.version wanted="$torch_version $cuda_runtime_version $cupti_version"
  [ "$(cat $stamp 2>/dev/null)" = "$wanted" ] && return
  say "fetching libtorch $torch_version (539 MB)"
  local torch runtime cupti
  torch=$(fetch_wheel torch $torch_version manylinux_2_28_x86_64 48c2d861134c0b5697c7602cb5ffa68f62a2989fdcd1717e593356f67996ca1e)
  # libtorch_cpu.so is linked against these two even where there is no GPU.
  runtime=$(fetch_wheel nvidia-cuda-runtime $cuda_runtime_version manylinux_2_17_x86_64 df2b79a8852f10d1fef8c848489c49eebb5754051bf870202a862831412b179d)
  cupti=$(fetch_wheel nvidia-cuda-cupti $cupti_version manylinux_2_25_x86_64 9dcca41c12a734192b14e7128ae116bc9ce1b9da686e2ebf48ae7a4415f76650)
  rm -rf .deps/torch .deps/nvidia
  unzip_from "$torch" .deps 'torch/include/*' 'torch/lib/libtorch_cpu.so' 'torch/lib/libtorch.so' 'torch/lib/libc10.so' \
    'torch/lib/libgomp*' 'torch/lib/libgfortran*' 'torch/lib/libtorch_global_deps.so'
  unzip_from "$runtime" .deps 'nvidia/*/lib/*'
  unzip_from "$cupti" .deps 'nvidia/*/lib/libcupti*'
  rm -f "$torch" "$runtime" "$cupti"
  echo "$wanted" >$stamp
}

install_clip_vocabulary() {
  local vocabulary=.deps/open_clip/bpe_simple_vocab_16e6.txt.gz wheel
  [ -e $vocabulary ] && return
  say "fetching the CLIP vocabulary"
  wheel=$(fetch_wheel open_clip_torch $open_clip_version any c549ad5ed6bfc119cc11105033c0a2b9d7a2a4afeb40a58a09aab3da1a0043ce)
  # By way of a folder beside it: an interrupted run must not leave half a file under the name that counts.
  unzip_from "$wheel" .deps/open_clip.partial 'open_clip/bpe_simple_vocab_16e6.txt.gz'
  mkdir -p .deps/open_clip
  mv .deps/open_clip.partial/open_clip/bpe_simple_vocab_16e6.txt.gz $vocabulary
  rm -rf .deps/open_clip.partial "$wheel"
}

install_python_client() {
  local stamp=.deps/python/.version
  local wanted="grpcio==$grpcio_version grpcio-tools==$grpcio_version grpcio-reflection==$grpcio_version"
  wanted="$wanted grpcio-health-checking==$grpcio_version protobuf==$protobuf_version"
  [ "$(cat $stamp 2>/dev/null)" = "$wanted" ] && return
  say "making the Python environment of the foreign client"
  rm -rf .deps/python
  python3 -m venv .deps/python || fail "python3 -m venv failed: install python3-venv."
  # shellcheck disable=SC2086  # one word a requirement
  .deps/python/bin/pip install --quiet --disable-pip-version-check --only-binary=:all: $wanted >.deps/pip.log 2>&1 ||
    fail "could not install grpcio from the Python package index: check the network, then see .deps/pip.log."
  echo "$wanted" >$stamp
}

mkdir -p .deps
install_debian_packages "${extra_packages[@]}"
install_libtorch
install_clip_vocabulary
[ $with_tests = no ] || install_python_client
