#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The bare binary, driven by a shell: containers are created, started, seen to their end and deleted, one after another.
# The end is that of the output, which the container's process alone has open: no polling, and no program more, unless a
# deletion comes a moment too early, and is repeated.
#
#   lifecycle.sh RUNTIME ROOT BUNDLE WARM_UP_MILLIS MILLIS
set -eu
runtime=$1 root=$2 bundle=$3

now() {
  date +%s%N
}

# Sets ticks, in hundredths of a second. A program that tells the time would be one more in each turn of a loop.
look_at_clock() {
  read -r up idle </proc/uptime
  ticks=${up%.*}${up#*.}
}

live_once() {
  output=$("$runtime" --root "$root" create --bundle "$bundle" "$1" </dev/null 2>&1 && "$runtime" --root "$root" start "$1" 2>&1)
  [ -z "$output" ] || { echo "$output" >&2; exit 1; }
  # The output ends a moment before its process does.
  until "$runtime" --root "$root" delete "$1" 2>/dev/null; do :; done
}

# Sets count, begun and ended.
live_for() {
  count=0 begun=$(now)
  look_at_clock
  end=$((ticks + $1 / 10))
  while [ "$ticks" -lt "$end" ]; do
    live_once "sh-$$-$count"
    count=$((count + 1))
    look_at_clock
  done
  ended=$(now)
}

live_for "$4"
live_for "$5"
awk -v count="$count" -v nanos="$((ended - begun))" \
  'BEGIN { printf "{\"perSecond\":%.3f,\"meanMicros\":%.3f}\n", count * 1e9 / nanos, nanos / 1e3 / count }'
