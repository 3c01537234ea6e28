#!/usr/bin/env bash
# Measures the service's memory: idle, and at its peak while a 2 GB file goes up and comes down again.
# Usage: bench-memory.sh [GIGABYTES]   Needs three times that on the disk of TMPDIR.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly gigabytes=${1:-2}
readonly binaries=.build/release
work=$(mktemp -d "${TMPDIR:-/tmp}/lorikeet-memory-XXXXXX")

"$binaries/lorikeetd" serve --data-dir "$work/data" --listen 127.0.0.1:0 >"$work/log" 2>&1 &
server=$!
trap 'kill -TERM $server 2>/dev/null; wait $server || true; rm -rf "$work"' EXIT
for _ in $(seq 200); do
  [ -s "$work/data/endpoint" ] && break
  kill -0 "$server" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
  sleep 0.05
done
LORIKEET_SERVER=$(head -n 1 "$work/data/endpoint")
export LORIKEET_SERVER

megabytes() { awk -v field="$1:" '$1 == field { printf "%.0f MB", $2 / 1024 }' "/proc/$server/status"; }
sleep 2 # Backends attach; what start-up needed is given back.
echo "idle: $(megabytes VmRSS)"
echo 5 >"/proc/$server/clear_refs" # The high-water mark starts anew.
head -c "${gigabytes}G" /dev/urandom >"$work/file"
"$binaries/lorikeet" assets upload --kind file --name large "$work/file" >/dev/null
echo "peak during the upload of $gigabytes GB: $(megabytes VmHWM)"
echo 5 >"/proc/$server/clear_refs"
"$binaries/lorikeet" assets download large --out "$work/copy" >/dev/null
echo "peak during its download: $(megabytes VmHWM)"
cmp "$work/file" "$work/copy" && echo "the copy is equal"
