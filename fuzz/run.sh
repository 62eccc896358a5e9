#!/usr/bin/env bash
# Runs targets, some seconds each: `fuzz/run.sh SECONDS TARGET...`; without a target all of them. Build first, in this folder:
#   cargo +nightly build --release --ignore-rust-version
# Says at the end of each how many executions there were and how many a second; finds stand in artifacts/TARGET/.
set -uo pipefail
cd "$(dirname "$0")"
seconds=${1:?seconds}; shift
[ $# -gt 0 ] || set -- $(sed -n 's/^name = "\(.*\)"$/\1/p' Cargo.toml | tail -n +2)
[ -d corpus ] || ./seeds.sh
bins=$(ls -d target/*/release | head -1)
for target; do
  mkdir -p "corpus/$target" "artifacts/$target"
  # Where an execution costs by the length of a mail, and what a mail can be fits into a page or two.
  case $target in mime | diff | render) length=4000 ;; *) length=20000 ;; esac
  # Temporary folders of a find do not pile up.
  work=$(mktemp -d -p "${FUZZ_TMP:-/dev/shm}")
  TMPDIR=$work "$bins/$target" "corpus/$target" -dict=corpus/dictionary -max_len=$length -timeout=10 -rss_limit_mb=2048 \
    -max_total_time="$seconds" -artifact_prefix="artifacts/$target/" -print_final_stats=1 -verbosity=1 >"$work.log" 2>&1
  code=$?
  stat() { sed -n "s/^stat::$1: *//p" "$work.log"; }
  printf '%s: %s executions, %s a second, left with %s\n' "$target" "$(stat number_of_executed_units)" "$(stat average_exec_per_sec)" "$code"
  [ "$code" = 0 ] || tail -n 25 "$work.log" | cut -c1-600
  cp "$work.log" "artifacts/$target.log"; rm -rf "$work" "$work.log"
done
