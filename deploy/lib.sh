# What the scripts in deploy/ share. Sourced, never run; needs bash and what every Debian has, not even ps or curl.
# shellcheck shell=bash
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Everything that `make up` and `make test` make: data, keys, logs.
LOCAL=${CAUSEWAY_LOCAL:-$ROOT/.local}
# psql and the like pick their language from here; a bare machine has no locale at all.
export LC_ALL=C.UTF-8

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }

# die MESSAGE [WHAT TO DO NEXT]...
die() {
    printf '\nerror: %s\n' "$1" >&2
    shift
    local hint
    for hint in "$@"; do printf '  %s\n' "$hint" >&2; done
    exit 1
}

seconds_since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'; }

# step LOG WHAT COMMAND...: says what is being done, keeps its output in LOG, shows a sign of life every 15 seconds,
# says how long it took; on failure shows the end of LOG and returns the command's status.
step() {
    local log=$1 what=$2 began=$EPOCHREALTIME status=0 life
    shift 2
    mkdir -p "$(dirname "$log")"
    printf '%s ...\n' "$what"
    : >"$log"
    signs_of_life "$log" &
    life=$!
    # Daemons that the command leaves behind must not keep the lock of make up (9).
    "$@" >"$log" 2>&1 </dev/null 9>&- || status=$?
    kill "$life" 2>/dev/null || true
    wait "$life" 2>/dev/null || true
    if [ "$status" -eq 0 ]; then
        printf '%s: done in %s s\n' "$what" "$(seconds_since "$began")"
    else
        printf '%s: FAILED after %s s; the end of %s:\n' "$what" "$(seconds_since "$began")" "$log" >&2
        tail -n "${STEP_TAIL:-40}" "$log" | sed 's/^/    /' >&2
    fi
    return "$status"
}

signs_of_life() {
    local began=$SECONDS sleeper
    trap 'kill "$sleeper" 2>/dev/null; exit 0' TERM
    while :; do
        sleep 15 &
        sleeper=$!
        wait "$sleeper" || true
        printf '  ... %d s: %s\n' "$((SECONDS - began))" "$(tail -c 400 "$1" | tr '\r' '\n' | grep -av '^ *$' | tail -n 1 | cut -c 1-100)"
    done
}

# ---- what is there --------------------------------------------------------------------------------------------------

have() { command -v "$1" >/dev/null 2>&1; }

# The folder of PostgreSQL's server programs, the newest where there are several; empty where there is none.
postgres_programs() {
    local initdb
    initdb=$(find /usr/lib/postgresql -maxdepth 3 -name initdb 2>/dev/null | sort -V | tail -n 1)
    [ -n "$initdb" ] || initdb=$(command -v initdb || true)
    [ -z "$initdb" ] || dirname "$(readlink -f "$initdb")"
}

need_swift() {
    have swift || die "Swift is not on PATH." \
        "Install Swift 6.2 or newer (https://www.swift.org/install/linux/), put its usr/bin on PATH, and try again."
    local version major minor
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    major=${version%%.*}
    minor=${version#*.}
    minor=${minor%%.*}
    if [ "${major:-0}" -lt 6 ] || { [ "$major" -eq 6 ] && [ "${minor:-0}" -lt 2 ]; }; then
        die "Swift ${version:-of an unknown version} is too old: Causeway needs 6.2 or newer." \
            "See https://www.swift.org/install/linux/"
    fi
}

# listens HOST PORT: whether somebody accepts connections there.
listens() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

# split_listen HOST:PORT: sets HOST and PORT; a listener on every address is reached by the loopback.
split_listen() {
    PORT=${1##*:}
    HOST=${1%:*}
    HOST=${HOST#[}
    HOST=${HOST%]}
    case $HOST in '' | 0.0.0.0 | '*') HOST=127.0.0.1 ;; '::') HOST=::1 ;; esac
    [[ $PORT =~ ^[0-9]+$ ]] || die "'$1' is no HOST:PORT." "For example 127.0.0.1:8080"
}

# ---- processes of ours ----------------------------------------------------------------------------------------------
# A process is known by its id and its start time, so that a reused id is never taken for it.

started_at() {
    local stat
    { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
    stat=${stat##*) }
    # shellcheck disable=SC2086
    set -- $stat
    # A zombie is gone; its parent only has not looked yet.
    [ "$1" != Z ] || return 1
    printf '%s' "${20}"
}

# running NAME: prints the id of the process that we started under NAME, where it still runs.
running() {
    local pid began
    { read -r pid began <"$LOCAL/$1.pid"; } 2>/dev/null || return 1
    [ "$(started_at "$pid")" = "$began" ] || return 1
    printf '%s' "$pid"
}

# launch NAME COMMAND...: in the background, out of this shell's and make's reach, output appended to LOCAL/NAME.log.
launch() {
    local name=$1 pid
    shift
    setsid "$@" >>"$LOCAL/$name.log" 2>&1 </dev/null 3>&- 4>&- 9>&- &
    pid=$!
    disown "$pid"
    printf '%s %s\n' "$pid" "$(started_at "$pid" || true)" >"$LOCAL/$name.pid"
}

# halt NAME SECONDS: asks the process to end, waits, then ends it.
halt() {
    local pid deadline
    if pid=$(running "$1"); then
        kill -TERM "$pid" 2>/dev/null || true
        deadline=$((SECONDS + $2))
        while running "$1" >/dev/null && [ "$SECONDS" -lt "$deadline" ]; do sleep 0.1; done
        if running "$1" >/dev/null; then
            warn "$1 (process $pid) did not end within $2 s: killed."
            kill -KILL "$pid" 2>/dev/null || true
        fi
    fi
    rm -f "$LOCAL/$1.pid"
}

# outdated NAME: whether the program of the running process has been built anew since.
outdated() {
    local pid
    pid=$(running "$1") || return 1
    case $(readlink "/proc/$pid/exe" 2>/dev/null) in *' (deleted)') return 0 ;; esac
    return 1
}
