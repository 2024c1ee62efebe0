#!/usr/bin/env bash
# make up: installs what is missing, builds, starts a private PostgreSQL, the sandbox's providers and Causeway with a
# demo configuration, and says what to paste. Harmless to repeat. Everything it makes is under .local/.
#
# CAUSEWAY_LISTEN (127.0.0.1:8080) and SANDBOX_LISTEN (127.0.0.1:8090) move it to other ports.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"
umask 077
mkdir -p "$LOCAL"

configuration=${CAUSEWAY_BUILD:-debug}
began=$EPOCHREALTIME

exec 9>"$LOCAL/lock"
flock -n 9 || die "Another make up, down or reset is under way here." "Wait for it, then try again."

# Where they run, if they run; elsewhere only when told so.
address_of() { # NAME DEFAULT
    if running "$1" >/dev/null && [ -s "$LOCAL/$1.address" ]; then cat "$LOCAL/$1.address"; else printf '%s' "$2"; fi
}
CAUSEWAY_LISTEN=${CAUSEWAY_LISTEN:-$(address_of causeway 127.0.0.1:8080)}
SANDBOX_LISTEN=${SANDBOX_LISTEN:-$(address_of sandbox 127.0.0.1:8090)}
export CAUSEWAY_LISTEN SANDBOX_LISTEN

# Who listens is asked before minutes go into a build.
refuse_taken() { # NAME ADDRESS VARIABLE
    split_listen "$2"
    [ "$(address_of "$1" "")" != "$2" ] || return 0
    if listens "$HOST" "$PORT"; then
        local free=$((PORT + 10))
        while listens "$HOST" "$free"; do free=$((free + 1)); done
        die "Somebody else listens on $2, where $1 should." "Stop that program, or choose another port:" \
            "$3=$HOST:$free make up"
    fi
}
refuse_taken causeway "$CAUSEWAY_LISTEN" CAUSEWAY_LISTEN
split_listen "$CAUSEWAY_LISTEN"
url=http://$HOST:$PORT
[[ $HOST != *:* ]] || url=http://[$HOST]:$PORT
refuse_taken sandbox "$SANDBOX_LISTEN" SANDBOX_LISTEN
split_listen "$SANDBOX_LISTEN"
sandbox_url=http://$HOST:$PORT
[[ $HOST != *:* ]] || sandbox_url=http://[$HOST]:$PORT

deploy/install.sh
programs=$ROOT/.build/$configuration
build() {
    # Folders count too: a file that was removed makes its folder newer.
    local stamp=$LOCAL/built-$configuration
    if [ -x "$programs/causeway" ] && [ -x "$programs/sandbox" ] && [ -e "$stamp" ] &&
        [ -z "$(find Package.swift Sources -newer "$stamp" -print -quit)" ]; then
        return
    fi
    touch "$stamp.new"
    step "$LOCAL/build.log" "Building (a few minutes the first time)" swift build -c "$configuration" ||
        die "The build failed." "All of its output: $LOCAL/build.log"
    mv "$stamp.new" "$stamp"
}
build

# ---- keys, made once: without the master key what the database holds sealed cannot be read --------------------------
make_key() {
    [ -s "$1" ] || od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n' >"$1"
}
make_key "$LOCAL/master.key"
make_key "$LOCAL/admin.key"

# ---- PostgreSQL -----------------------------------------------------------------------------------------------------
deploy/postgres.sh status "$LOCAL/postgres" >/dev/null 2>&1 ||
    step "$LOCAL/postgres-start.log" "Starting a private PostgreSQL" deploy/postgres.sh start "$LOCAL/postgres" ||
    die "PostgreSQL did not start." "All of its output: $LOCAL/postgres-start.log"
CAUSEWAY_DATABASE_URL=$(deploy/postgres.sh url "$LOCAL/postgres")
export CAUSEWAY_DATABASE_URL
# A shell that has exported .local/demo.env has the demo's keys; here they come from their files.
unset CAUSEWAY_MASTER_KEY CAUSEWAY_ADMIN_KEY CAUSEWAY_DATABASE_URL_FILE
export CAUSEWAY_MASTER_KEY_FILE=$LOCAL/master.key CAUSEWAY_ADMIN_KEY_FILE=$LOCAL/admin.key
export CAUSEWAY_PUBLIC_URL=${CAUSEWAY_PUBLIC_URL:-$url}

# restart_if_needed NAME ADDRESS
restart_if_needed() {
    if outdated "$1"; then
        say "$1 has been built anew: restarting it"
        halt "$1" 40
    elif [ "$(address_of "$1" "$2")" != "$2" ]; then
        say "$1 is to listen elsewhere: restarting it"
        halt "$1" 40
    fi
}
restart_if_needed causeway "$CAUSEWAY_LISTEN"
restart_if_needed sandbox "$SANDBOX_LISTEN"

step "$LOCAL/migrate.log" "Migrating the database" "$programs/causeway" migrate ||
    die "The migrations failed." "All of their output: $LOCAL/migrate.log" \
        "If the data is of no use to you: make reset, then make up."

# ---- the providers, Causeway, the demo ------------------------------------------------------------------------------
# await NAME URL: until it answers 200; fails when the process ends or 30 seconds have passed.
await() {
    local deadline=$((SECONDS + 30))
    until curl --noproxy '*' -fsS -m 2 -o /dev/null "$2" 2>/dev/null; do
        if ! running "$1" >/dev/null; then
            tail -n 20 "$LOCAL/$1.log" | sed 's/^/    /' >&2
            die "$1 ended at once; the end of its log is above." "All of it: $LOCAL/$1.log"
        fi
        if [ "$SECONDS" -ge "$deadline" ]; then
            tail -n 20 "$LOCAL/$1.log" | sed 's/^/    /' >&2
            die "$1 runs, but $2 does not answer 200 after 30 s." "Its log: $LOCAL/$1.log"
        fi
        sleep 0.1
    done
}

if ! running sandbox >/dev/null; then
    launch sandbox "$programs/sandbox"
    printf '%s' "$SANDBOX_LISTEN" >"$LOCAL/sandbox.address"
fi
await sandbox "$sandbox_url/_sandbox/health"

# The demo as it is committed names the sandbox's usual address, and its keys by where it lies.
document=$(<deploy/demo/demo.json)
document=${document//'http://127.0.0.1:8090'/"$sandbox_url"}
printf '%s\n' "${document//'../sandbox/'/"$ROOT/deploy/sandbox/"}" >"$LOCAL/demo.json"
step "$LOCAL/apply.log" "Applying the demo configuration" \
    "$programs/causeway" apply "$LOCAL/demo.json" --credentials "$LOCAL/credentials.env" ||
    die "The demo configuration was refused." "All of the answer: $LOCAL/apply.log" \
        "If the data is of no use to you: make reset, then make up."

if ! grep -q '^CAUSEWAY_SECRET_KEY=' "$LOCAL/credentials.env" 2>/dev/null; then
    step "$LOCAL/rotate.log" "The demo app's keys are lost: making new ones" \
        "$programs/causeway" app rotate demo/shop --credentials "$LOCAL/credentials.env" ||
        die "The demo app has no keys." "make reset makes a new demo."
fi

if ! running causeway >/dev/null; then
    launch causeway "$programs/causeway" serve
    printf '%s' "$CAUSEWAY_LISTEN" >"$LOCAL/causeway.address"
fi
await causeway "$url/health/ready"

{
    say "CAUSEWAY_URL=$url"
    say "SANDBOX_URL=$sandbox_url"
    say "CAUSEWAY_ADMIN_KEY=$(cat "$LOCAL/admin.key")"
    # The newest keys stand last.
    grep -E '^CAUSEWAY_(APP_ID|ACCESS_KEY|SECRET_KEY)=' "$LOCAL/credentials.env" | tail -n 3
} >"$LOCAL/demo.env.new"
mv "$LOCAL/demo.env.new" "$LOCAL/demo.env"

cat <<END

Causeway is up ($(seconds_since "$began") s).

  Causeway     $url          its log: ${LOCAL#"$ROOT/"}/causeway.log
  health       $url/health
  providers    $sandbox_url          the sandbox that plays the four providers; its log: ${LOCAL#"$ROOT/"}/sandbox.log
  PostgreSQL   psql "\$(deploy/postgres.sh url ${LOCAL#"$ROOT/"}/postgres)"
  the demo     ${LOCAL#"$ROOT/"}/demo.env holds the demo app's keys and the admin key

make down stops all of it and keeps the data. To move money both ways, paste this:

$(sed 's/^/  /' deploy/demo/session.sh)
END
