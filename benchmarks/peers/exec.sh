#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The bare binary, driven by a shell: processes in one container that runs, one after another.
#
#   exec.sh RUNTIME ROOT BUNDLE PROGRAM WARM_UP_MILLIS MILLIS
set -eu
runtime=$1 root=$2 bundle=$3 program=$4 id=sh-exec-$$

now() {
  date +%s%N
}

# Sets ticks, in hundredths of a second. A program that tells the time would be one more in each turn of a loop.
look_at_clock() {
  read -r up idle </proc/uptime
  ticks=${up%.*}${up#*.}
}

# Sets count, begun and ended.
execute_for() {
  count=0 begun=$(now)
  look_at_clock
  end=$((ticks + $1 / 10))
  while [ "$ticks" -lt "$end" ]; do
    "$runtime" --root "$root" exec "$id" "$program" </dev/null
    count=$((count + 1))
    look_at_clock
  done
  ended=$(now)
}

"$runtime" --root "$root" run --detach --bundle "$bundle" "$id" </dev/null >/dev/null 2>&1
trap '"$runtime" --root "$root" delete --force "$id"' EXIT
execute_for "$5"
execute_for "$6"
awk -v count="$count" -v nanos="$((ended - begun))" \
  'BEGIN { printf "{\"perSecond\":%.3f,\"meanMicros\":%.3f}\n", count * 1e9 / nanos, nanos / 1e3 / count }'
