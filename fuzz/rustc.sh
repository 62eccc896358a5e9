#!/usr/bin/env bash
# The compiler of this folder (.cargo/config.toml): as it is, but lopdf without coverage. One function of its tables takes
# LLVM more than ten minutes with it, and is nothing that a fuzzer learns from.
rustc=$1; shift
name="" before=""
for argument; do [ "$before" = --crate-name ] && name=$argument; before=$argument; done
if [ "$name" = lopdf ]; then
  kept=()
  for argument; do case $argument in -Cpasses=sancov-module | -Cllvm-args=-sanitizer-*) ;; *) kept+=("$argument") ;; esac; done
  set -- "${kept[@]}"
fi
exec "$rustc" "$@"
