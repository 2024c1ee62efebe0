#!/usr/bin/env bash
# make down: stops what make up started, in the order that loses nothing; the data stays.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"
[ -d "$LOCAL" ] || { say "Nothing runs here."; exit 0; }

exec 9>"$LOCAL/lock"
flock -w 60 9 || die "Another make up, down or reset is under way here." "Wait for it, then try again."

stopped=
for name in causeway sandbox; do
    if running "$name" >/dev/null; then
        say "Stopping $name"
        stopped=yes
    fi
    # Causeway finishes the calls that it is answering: at most 30 s.
    halt "$name" 40
done
if [ -d "$LOCAL/postgres" ] && deploy/postgres.sh status "$LOCAL/postgres" >/dev/null 2>&1; then
    step "$LOCAL/postgres-stop.log" "Stopping PostgreSQL" deploy/postgres.sh stop "$LOCAL/postgres" 9>&- ||
        die "PostgreSQL did not stop." "All of its output: $LOCAL/postgres-stop.log"
    stopped=yes
fi
if [ -n "$stopped" ]; then say "Down. The data is kept; make up continues with it."; else say "Nothing ran here."; fi
