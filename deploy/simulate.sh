#!/usr/bin/env bash
# make simulate: builds the routing simulation for release, judges `adaptive` on seeds that were never used for tuning (under a minute on two
# cores), prints the table and writes docs/routing-adaptive.md, a part of docs/routing.md and their plots.
set -euo pipefail
cd "$(dirname "$0")/.."
swift build -c release --product routing-simulation
exec "$(swift build -c release --show-bin-path)/routing-simulation" docs
