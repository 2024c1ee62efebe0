#!/usr/bin/env bash
# make test: everything that is tested, from a fresh clone. Databases, sandbox and servers of its own on free ports;
# nothing is left behind, whatever happens.
#
#   make test                      all stages: lint build unit fuzz e2e
#   make test ONLY="build e2e"     some of them (what a stage needs is installed and built first)
#   make test ONLY=e2e PYTEST="-k kill -x"     arguments for pytest; WORKERS=0 one by one
#   make test ONLY=unit FILTER=HTTPTests       arguments for swift test --filter
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

all="lint build unit fuzz e2e"
only=${ONLY:-$all}
for stage in $only; do
    [[ " $all " == *" $stage "* ]] || die "There is no stage '$stage'." "The stages: $all"
done
wanted() { [[ " $only " == *" $1 "* ]]; }

mkdir -p "$LOCAL"
logs=$LOCAL/test
mkdir -p "$logs"
# Short, for the names of Unix sockets; and apart from .local, so that make up and make test do not meet.
work=$(mktemp -d "${TMPDIR:-/tmp}/causeway-test.XXXXXX")
chmod 711 "$work"

clean_up() {
    local status=$? folder
    trap - EXIT INT TERM HUP
    # The end-to-end tests' databases are here only when they were killed before they could clean up themselves.
    for folder in "$work"/*/location; do
        [ ! -e "$folder" ] || deploy/postgres.sh destroy "$(dirname "$folder")" >/dev/null 2>&1 || true
    done
    rm -rf "$work"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

summary=()
failed=()
began=$EPOCHREALTIME

# stage NAME WHAT COMMAND...: a step that is timed and remembered; a failure does not keep the others from running.
stage() {
    local name=$1 what=$2 at=$EPOCHREALTIME verdict=passed
    shift 2
    STEP_TAIL=80 step "$logs/$name.log" "$what" "$@" || verdict=FAILED
    [ "$verdict" = passed ] || failed+=("$name")
    summary+=("$(printf '  %-8s %-7s %8s s   %s' "$name" "$verdict" "$(seconds_since "$at")" "${logs#"$ROOT/"}/$name.log")")
    [ "$verdict" = passed ]
}

finish() {
    printf '\n'
    printf '%s\n' "${summary[@]}"
    # The runners' own closing words.
    for name in unit e2e; do
        [[ " ${only} " != *" $name "* ]] || grep -hE 'Test run with [0-9]+ tests|^[0-9]+ (passed|failed).* in ' "$logs/$name.log" | tail -n 1 || true
    done
    if [ "${#failed[@]}" -eq 0 ]; then
        say "All passed in $(seconds_since "$began") s."
        exit 0
    fi
    warn "Failed: ${failed[*]} (after $(seconds_since "$began") s)."
    warn "  Read the log named above; repeat only that part with: make test ONLY=\"${failed[*]}\""
    exit 1
}

needs=()
if wanted unit || wanted e2e; then needs=(tests); fi
deploy/install.sh "${needs[@]}"

unit() {
    deploy/postgres.sh start "$work/unit" --ephemeral || return 1
    CAUSEWAY_TEST_DATABASE_URL=$(deploy/postgres.sh url "$work/unit") || return 1
    export CAUSEWAY_TEST_DATABASE_URL
    local status=0
    # shellcheck disable=SC2086
    swift test --skip-build --no-parallel ${FILTER:+--filter $FILTER} || status=$?
    deploy/postgres.sh destroy "$work/unit" || true
    return "$status"
}

end_to_end() {
    deploy/venv.sh || return 1
    CAUSEWAY_PROGRAMS=$(swift build --show-bin-path) || return 1
    export CAUSEWAY_PROGRAMS CAUSEWAY_TEST_DIRECTORY=$work PYTHONDONTWRITEBYTECODE=1
    # shellcheck disable=SC2086
    "$LOCAL/venv/bin/python" -m pytest Tests/EndToEnd -n "${WORKERS:-4}" ${PYTEST:-}
}

if wanted lint; then stage lint "Checking the style" make --no-print-directory lint || true; fi
if wanted build || wanted unit || wanted e2e; then
    stage build "Building, with the tests" swift build --build-tests || finish
fi
if wanted unit; then stage unit "Unit tests" unit || true; fi
if wanted fuzz; then stage fuzz "Fuzzing the HTTP parser for ${FUZZ_SECONDS:-20} s" deploy/fuzz.sh "${FUZZ_SECONDS:-20}" || true; fi
if wanted e2e; then stage e2e "End-to-end tests" end_to_end || true; fi
finish
