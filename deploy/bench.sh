#!/usr/bin/env bash
# make bench: builds for release, measures Causeway against nginx and pgbench in one run (some three minutes), prints the ratios and writes
# docs/performance.md. BENCH_SECONDS (8) is the length of a measurement, BENCH_ROUNDS (3) how often the ratio to nginx is taken.
# BENCH_ONLY=routing measures routing alone, and writes nothing.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"
deploy/install.sh tests bench
mkdir -p "$LOCAL"
step "$LOCAL/build-bench.log" "Building for release" swift build -c release ||
    die "The release build failed." "All of its output: $LOCAL/build-bench.log"
deploy/venv.sh
CAUSEWAY_PROGRAMS=$(swift build -c release --show-bin-path)
export CAUSEWAY_PROGRAMS PYTHONDONTWRITEBYTECODE=1
# 10,000 connections at both ends.
ulimit -n 30000 2>/dev/null || ulimit -n "$(ulimit -Hn)"
exec "$LOCAL/venv/bin/python" Tests/Benchmarks/bench.py
