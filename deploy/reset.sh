#!/usr/bin/env bash
# make reset: stops everything and deletes the demo's database, keys and logs. Asks first; YES=1 answers.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"
[ -d "$LOCAL" ] || { say "There is nothing to delete."; exit 0; }

if [ "${YES:-}" != 1 ]; then
    [ -t 0 ] || die "Deleting the demo's data needs a yes." "Nobody is there to ask: YES=1 make reset"
    read -r -p "Delete the demo's database, its keys and its logs in $LOCAL? [y/N] " answer
    case $answer in y | Y | yes) ;; *) say "Nothing was deleted."; exit 1 ;; esac
fi
deploy/down.sh
deploy/postgres.sh destroy "$LOCAL/postgres" >/dev/null
rm -f "$LOCAL"/{master.key,admin.key,credentials.env,demo.env,demo.json,lock} "$LOCAL"/*.log "$LOCAL"/*.pid "$LOCAL"/*.address
say "Deleted."
