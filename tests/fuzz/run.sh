#!/bin/sh
# run.sh PROGRAM WORK_FOLDER CORPUS SECONDS
#
# Runs one fuzzer: first all inputs of the corpus, then new ones made from them for SECONDS (or $MEGA_TEST_FUZZ_SECONDS).
# An input that breaks the program stays in WORK_FOLDER, and its bytes are printed.
set -eu
program=$1 work=$2 corpus=$3 seconds=${MEGA_TEST_FUZZ_SECONDS:-$4}
mkdir -p "$work/inputs"
[ -d "$corpus" ] || { echo "no corpus: $corpus" >&2; exit 1; }
exec "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
  -artifact_prefix="$work/" "$work/inputs" "$corpus"
