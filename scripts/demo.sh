#!/usr/bin/env bash
# The main job from end to end: starts a service in a fresh data directory, trains a LoRA on the bundled photos of a
# subject that the bundled model has never seen, draws a grid with and without it, measures, and stops the service.
# Usage: demo.sh [FOLDER]   (default: demo-output, made anew)
set -euo pipefail
cd "$(dirname "$0")/.."

readonly out=${1:-demo-output}
readonly binaries=.build/release
readonly photos=Models/demo/photos
readonly trigger=sks1
readonly backgrounds=(blue white yellow green)
readonly seeds=4
readonly steps=400
# A small model's guidance and steps: see Models/README.md.
readonly sampling=(--guidance 4 --steps 20)

fail() { echo "demo: $*" >&2; exit 1; }

for binary in lorikeetd lorikeet-backend lorikeet; do
  [ -x "$binaries/$binary" ] || fail "$binaries/$binary is missing: run make demo."
done

if [ -n "$(ls -A "$out" 2>/dev/null)" ] && [ ! -e "$out/.lorikeet-demo" ]; then
  fail "$out is not a folder of an earlier demo: name another one, or empty it."
fi
rm -rf "$out"
mkdir -p "$out/images"
touch "$out/.lorikeet-demo"

"$binaries/lorikeetd" serve --data-dir "$out/data" --listen 127.0.0.1:0 >"$out/lorikeetd.log" 2>&1 &
server=$!
stop_server() {
  kill -TERM "$server" 2>/dev/null || return 0
  wait "$server" || true
}
trap stop_server EXIT
trap 'exit 130' INT TERM

for _ in $(seq 200); do
  [ -s "$out/data/endpoint" ] && break
  kill -0 "$server" 2>/dev/null || fail "lorikeetd did not start: see $out/lorikeetd.log."
  sleep 0.05
done
[ -s "$out/data/endpoint" ] || fail "lorikeetd did not listen within 10 s: see $out/lorikeetd.log."
LORIKEET_SERVER=$(head -n 1 "$out/data/endpoint")
export LORIKEET_SERVER
lorikeet() { "$binaries/lorikeet" "$@"; }

echo "Photos of the subject: $photos ($(ls $photos/*.png | wc -l) pictures, captions beside them)"
lorikeet tunes create --name demo --trigger $trigger --images $photos --steps $steps --seed 1 \
  --out "$out/demo-lora.safetensors"

# One folder a column; in each, one picture a background and seed.
draw() { # column, article and noun, then options
  local column=$1 subject=$2 background
  shift 2
  for background in "${backgrounds[@]}"; do
    lorikeet generate "$subject on a $background background" --seed 1 --count $seeds "${sampling[@]}" \
      --prefix "$background" --out "$out/images/$column" "$@" >>"$out/demo.log" 2>&1 ||
      fail "no picture of $subject: see $out/demo.log and $out/lorikeetd.log."
  done
}
echo "Drawing with and without the LoRA, with and without the trigger word"
draw plain "a creature"
draw trigger "a $trigger creature"
draw lora "a creature" --lora demo
draw both "a $trigger creature" --lora demo

# What the base model makes of other prompts, to see that words steer it.
for prompt in "a red circle on a white background" "a blue star on a yellow background" \
  "a green house on a pink background" "a striped purple fish on a cyan background"; do
  lorikeet generate "$prompt" --seed 5 --count 4 "${sampling[@]}" --out "$out/images/prompts" >>"$out/demo.log" 2>&1
done

cells=() rows=()
for background in "${backgrounds[@]}"; do
  rows+=(--row "… on a $background background")
  for column in plain trigger lora both; do cells+=("$out/images/$column/$background-1.png"); done
done
lorikeet grid "${cells[@]}" --columns 4 "${rows[@]}" --column "a creature" --column "a $trigger creature" \
  --column "a creature + LoRA" --column "a $trigger creature + LoRA" --cell 192 --force --out "$out/grid.png" >/dev/null
lorikeet grid "$out"/images/prompts/*.png --columns 4 --cell 192 --force --out "$out/prompts.png" >/dev/null

with=$(lorikeet score "$out"/images/both/*.png)
without=$(lorikeet score "$out"/images/lora/*.png)
base=$(lorikeet score "$out"/images/trigger/*.png)

stop_server
trap - EXIT
echo "What the words do without any LoRA: $out/prompts.png; the subject found there with its word alone: $base"
cat <<TEXT
Next: train on a folder of your own photos
  $binaries/lorikeetd serve --data-dir ~/lorikeet-data &
  $binaries/lorikeet tunes create --name mine --trigger xyz9 --images path/to/photos --watch
TEXT
echo "grid: $out/grid.png"
echo "lora: $out/demo-lora.safetensors"
echo "score: with=$with without=$without"
