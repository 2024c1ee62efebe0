#!/usr/bin/env bash
# make sanitize: the unit tests under the thread sanitizer and the address sanitizer, each in a build folder of its own.
# SANITIZE=thread or SANITIZE=address for one of them; FILTER as for make test.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"
deploy/install.sh tests
mkdir -p "$LOCAL/sanitize"
work=$(mktemp -d "${TMPDIR:-/tmp}/causeway-test.XXXXXX")
chmod 711 "$work"
clean_up() {
    local status=$?
    deploy/postgres.sh destroy "$work/database" >/dev/null 2>&1 || true
    rm -rf "$work"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

step "$LOCAL/sanitize/postgres.log" "Starting a private PostgreSQL" \
    deploy/postgres.sh start "$work/database" --ephemeral
CAUSEWAY_TEST_DATABASE_URL=$(deploy/postgres.sh url "$work/database")
export CAUSEWAY_TEST_DATABASE_URL

# A test that ends leaves tasks behind that wait for ever, and the leak check at the process's end counts all that they hold. What
# a server keeps over time, make bench watches.
export ASAN_OPTIONS=detect_leaks=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}

status=0
for kind in ${SANITIZE:-thread address}; do
    arguments=(--sanitize="$kind" --scratch-path ".build/$kind")
    # The address sanitizer's runtime is not found by XCTest's bundle on Linux; all of our tests are Swift Testing's.
    if [ "$kind" = address ]; then arguments+=(--disable-xctest); fi
    step "$LOCAL/sanitize/$kind.log" "Unit tests under the $kind sanitizer" \
        swift test --no-parallel "${arguments[@]}" ${FILTER:+--filter "$FILTER"} || status=1
done
exit "$status"
