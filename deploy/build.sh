#!/usr/bin/env bash
# An optimised build with Swift's library inside, which runs where no toolchain is.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"
deploy/install.sh
step "$LOCAL/build-release.log" "Building for release" swift build -c release --static-swift-stdlib ||
    die "The release build failed." "All of its output: $LOCAL/build-release.log" \
        "--static-swift-stdlib needs the packages of https://www.swift.org/install/linux/ for this system."
say "Built: $(swift build -c release --static-swift-stdlib --show-bin-path)/causeway"
