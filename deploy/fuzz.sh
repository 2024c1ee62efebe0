#!/usr/bin/env bash
# Fuzzes the HTTP parser and the form decoders for a number of seconds: deploy/fuzz.sh [SECONDS]
# New inputs that reach new code stay in .local/fuzz; `deploy/fuzz.sh keep` merges the useful ones into the corpus.
# A crash leaves its input in .local/fuzz/http-crashes, and the script fails.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-30}
corpus=Tests/Fuzz/corpus/http
found=.local/fuzz/http
crashes=.local/fuzz/http-crashes
binary=.local/fuzz/http-parser
mkdir -p "$found" "$crashes"

sources=(
    Sources/HTTP/Parser/*.swift Sources/HTTP/Forms/*.swift
    Sources/HTTP/Message/Percent.swift Sources/HTTP/Message/Query.swift Sources/HTTP/Message/MediaType.swift
    Tests/Fuzz/HTTPParserFuzz.swift
)
if [ ! -x "$binary" ] || [ -n "$(find "${sources[@]}" -newer "$binary")" ]; then
    echo "building the fuzz target"
    swiftc -O -parse-as-library -sanitize=fuzzer,address -swift-version 6 -module-name HTTPFuzz \
        -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault \
        -enable-upcoming-feature MemberImportVisibility "${sources[@]}" -o "$binary"
fi

if [ "$seconds" = keep ]; then
    exec "$binary" -set_cover_merge=1 "$corpus" "$found"
fi
echo "fuzzing the HTTP parser for $seconds s"
exec "$binary" -max_total_time="$seconds" -max_len=600 -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$crashes/" "$found" "$corpus"
