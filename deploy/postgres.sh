#!/usr/bin/env bash
# A private PostgreSQL for development and tests: on 127.0.0.1 only, with a random password, and as a user that may run it.
#
#   postgres.sh start DIR [PORT] [--ephemeral]   makes it at first, starts it, waits until it answers; harmless when it runs
#   postgres.sh stop DIR                         stops it and keeps the data; harmless when it does not run
#   postgres.sh url DIR                          prints its connection URL, password and all
#   postgres.sh status DIR                       exit status 0 when it runs, 3 when not
#   postgres.sh restart DIR                      stops and starts it
#   postgres.sh destroy DIR                      stops it and deletes the data
#
# DIR keeps `location` (where the data is), `port` and `password` (mode 0600). --ephemeral trades safety for speed: tests only.
# As root the server runs as the user `postgres`; where that user cannot enter DIR the data goes to /var/lib or $TMPDIR.
set -euo pipefail
umask 077

say() { printf 'postgres: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

usage() {
    sed -n '3,10s/^# \{0,3\}//p' "$0" >&2
    exit 2
}

ready_seconds_max=30
owner=$(id -un)

# Runs a command as the user that owns the server, from a directory that user can enter.
as_owner() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && exec runuser -u postgres -- "$@" 9>&-)
    else
        (cd / && exec "$@" 9>&-)
    fi
}

# The server's programs: those that fit the data where there is some, else the newest.
find_programs() {
    local wanted='' candidate found=''
    [ ! -f "$location/data/PG_VERSION" ] || wanted=$(cat "$location/data/PG_VERSION")
    for candidate in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/local/pgsql/bin /opt/homebrew/opt/postgresql*/bin; do
        [ -x "$candidate/initdb" ] || continue
        case "$candidate" in
        */"$wanted"/bin | */pgsql-"$wanted"/bin) found=$candidate && break ;;
        esac
        found=$candidate
    done
    if [ -z "$found" ] && command -v initdb >/dev/null; then
        found=$(dirname "$(command -v initdb)")
    fi
    [ -n "$found" ] || die "no PostgreSQL server here: install the package 'postgresql'"
    programs=$found
}

# Where the data is, decided once and remembered.
find_location() {
    if [ -f "$directory/location" ]; then
        location=$(cat "$directory/location")
        return
    fi
    location=$directory
    if [ "$(id -u)" = 0 ] && ! as_owner test -x "$directory"; then
        local key base
        key=$(printf '%s' "$directory" | sha256sum | cut -c1-16)
        base=/var/lib
        case "$directory" in "${TMPDIR:-/tmp}"/*) base=${TMPDIR:-/tmp} ;; esac
        as_owner test -x "$base" || base=/tmp
        location=$base/causeway-$key
    fi
}

claim_location() {
    find_location
    if [ "$location" != "$directory" ]; then
        # A folder of that name that someone else made is not to be trusted.
        mkdir "$location" 2>/dev/null || [ "$(stat -c %U "$location")" = "$owner" ] ||
            die "$location belongs to someone else"
        chown "$owner" "$location"
        chmod 700 "$location"
    fi
    printf '%s\n' "$location" >"$directory/location"
}

is_running() {
    [ -f "$location/data/PG_VERSION" ] && as_owner "$programs/pg_ctl" -D "$location/data" status >/dev/null 2>&1
}

is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
    local port try
    for try in $(seq 50); do
        port=$((20000 + (RANDOM * 32768 + RANDOM + try) % 12000))
        is_taken "$port" || { echo "$port" && return; }
    done
    die "no free port found"
}

initialise() {
    local fresh=$location/data.new pwfile=$location/pwfile
    say "making a cluster in $location"
    rm -rf "$fresh" "$pwfile"
    head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$directory/password"
    cat "$directory/password" >"$pwfile"
    mkdir "$fresh"
    if [ "$(id -u)" = 0 ]; then chown "$owner" "$fresh" "$pwfile"; fi
    as_owner "$programs/initdb" --pgdata="$fresh" --username=causeway --pwfile="$pwfile" --encoding=UTF8 \
        --locale=C.UTF-8 --auth=scram-sha-256 --no-instructions ${ephemeral:+--no-sync} >"$directory/initdb.log" 2>&1 || {
        tail -n 20 "$directory/initdb.log" >&2
        die "initdb failed"
    }
    rm -f "$pwfile"
    mv "$fresh" "$location/data"
}

# Starts the server on $1 and waits until it takes connections.
launch() {
    local settings="-c listen_addresses=127.0.0.1 -c port=$1 -c unix_socket_directories="
    settings+=" -c timezone=UTC -c log_timezone=UTC -c logging_collector=off -c max_connections=200"
    if [ -n "$ephemeral" ]; then
        settings+=" -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=32MB"
    fi
    : >>"$location/postgres.log"
    if [ "$(id -u)" = 0 ]; then chown "$owner" "$location/postgres.log"; fi
    as_owner "$programs/pg_ctl" -D "$location/data" -l "$location/postgres.log" -o "$settings" -w -t "$ready_seconds_max" start \
        >/dev/null 2>&1
}

make_database() {
    [ ! -f "$directory/created" ] || return 0
    PGPASSWORD=$(cat "$directory/password") as_owner "$programs/createdb" --host=127.0.0.1 --port="$1" \
        --username=causeway causeway 2>"$directory/createdb.log" || grep -q 'already exists' "$directory/createdb.log" ||
        die "cannot make the database: $(cat "$directory/createdb.log")"
    : >"$directory/created"
}

start() {
    mkdir -p "$directory"
    exec 9>"$directory/.lock"
    flock -w 60 9 || die "another start is under way in $directory"
    claim_location
    find_programs
    if is_running; then
        # The fourth line of that file is the port (PostgreSQL, "postmaster.pid").
        sed -n 4p "$location/data/postmaster.pid" >"$directory/port"
        make_database "$(cat "$directory/port")"
        return
    fi
    if [ -n "$ephemeral" ]; then : >"$directory/ephemeral"; fi
    if [ -f "$directory/ephemeral" ]; then ephemeral=yes; fi
    [ -f "$location/data/PG_VERSION" ] || initialise
    local port=$wanted_port try
    [ -n "$port" ] || port=$(cat "$directory/port" 2>/dev/null || true)
    for try in 1 2 3 4 5; do
        if [ -z "$port" ] || { [ -z "$wanted_port" ] && is_taken "$port"; }; then port=$(free_port); fi
        if [ -n "$wanted_port" ] && is_taken "$port"; then die "port $port is taken"; fi
        if launch "$port"; then
            printf '%s\n' "$port" >"$directory/port"
            make_database "$port"
            return
        fi
        # Someone else was quicker with the port: another one, unless it was asked for.
        [ -z "$wanted_port" ] && tail -n 5 "$location/postgres.log" | grep -q 'Address already in use' || break
        port=
    done
    tail -n 20 "$location/postgres.log" >&2
    die "the server did not start within ${ready_seconds_max} s; its log is $location/postgres.log"
}

stop() {
    [ -f "$directory/location" ] || return 0
    find_location
    find_programs
    is_running || return 0
    as_owner "$programs/pg_ctl" -D "$location/data" -m fast -w -t "$ready_seconds_max" stop >/dev/null ||
        die "the server did not stop"
}

destroy() {
    stop
    [ -f "$directory/location" ] || return 0
    find_location
    rm -rf "$location/data" "$location/postgres.log"
    [ "$location" = "$directory" ] || rmdir "$location"
    rm -f "$directory"/{location,port,password,created,ephemeral,initdb.log,createdb.log,.lock}
    rmdir "$directory" 2>/dev/null || true
}

url() {
    [ -f "$directory/port" ] || die "no server was ever started in $directory"
    printf 'postgresql://causeway:%s@127.0.0.1:%s/causeway\n' "$(cat "$directory/password")" "$(cat "$directory/port")"
}

status() {
    if [ -f "$directory/location" ]; then
        find_location
        find_programs
        if is_running; then
            say "running on port $(cat "$directory/port")"
            return
        fi
    fi
    say "not running"
    exit 3
}

[ $# -ge 2 ] || usage
command=$1
directory=$(realpath -m -- "$2")
shift 2
ephemeral='' wanted_port=''
for argument in "$@"; do
    case "$argument" in
    --ephemeral) ephemeral=yes ;;
    '' | *[!0-9]*) usage ;;
    *) wanted_port=$argument ;;
    esac
done
if [ "$(id -u)" = 0 ]; then
    id postgres >/dev/null 2>&1 || die "as root the server runs as the user 'postgres', which does not exist: install 'postgresql'"
    owner=postgres
fi

case "$command" in
start | stop | url | status | destroy) "$command" ;;
restart)
    stop
    start
    ;;
*) usage ;;
esac
