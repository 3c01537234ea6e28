#!/usr/bin/env bash
# Measures the engine beside diffusers + PEFT with the same weights, inputs and threads: Tests/Benchmarks/Engine.
# Usage: bench-engine.sh [--quick] [--rows PATTERN] [--rounds N] [--dtype TYPE] [--threads N] [--cpu] [--list] [--no-build]
#
#   BENCH_ENGINE_PYTHON=/path/to/python   one that has torch, diffusers, transformers and PEFT, instead of .deps/bench
set -euo pipefail
cd "$(dirname "$0")/.."
readonly torch=2.15.0 diffusers=0.42.1 transformers=5.23.0 peft=0.21.2
readonly folder=Tests/Benchmarks/Engine out=.build/bench-engine
mkdir -p $out .deps

build=yes list=no
options=()
for option in "$@"; do
  case "$option" in
    --no-build) build=no ;;
    --list) list=yes; options+=("$option") ;;
    *) options+=("$option") ;;
  esac
done
if [ $list = yes ]; then exec python3 $folder/runner --engine none --folder none "${options[@]}"; fi

python=${BENCH_ENGINE_PYTHON:-}
if [ -z "$python" ]; then
  python=$PWD/.deps/bench/bin/python
  stamp=.deps/bench/.version
  wanted="torch==$torch diffusers==$diffusers transformers==$transformers peft==$peft safetensors accelerate"
  if [ "$(cat $stamp 2>/dev/null)" != "$wanted" ]; then
    echo "bench-engine: making a Python environment with diffusers (a gigabyte to download)" >&2
    rm -rf .deps/bench
    python3 -m venv .deps/bench
    # shellcheck disable=SC2086 # one word a requirement
    .deps/bench/bin/pip install --quiet --disable-pip-version-check $wanted
    echo "$wanted" >$stamp
  fi
fi
if [ $build = yes ]; then
  echo "bench-engine: building our side" >&2
  LORIKEET_BENCHMARKS=1 scripts/build.sh release engine-bench >&2
fi
exec "$python" $folder/runner --engine "$PWD/.build/release/engine-bench" --folder "$PWD/$out" "${options[@]}"
