#!/usr/bin/env bash
# make status: what runs, and where. Exit status 0 where all of it runs, else 1.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"
status=0
for name in causeway sandbox; do
    if pid=$(running "$name"); then
        printf '%-11s runs as process %s, log %s\n' "$name" "$pid" "$LOCAL/$name.log"
    else
        printf '%-11s does not run\n' "$name"
        status=1
    fi
done
if deploy/postgres.sh status "$LOCAL/postgres" >/dev/null 2>&1; then
    printf '%-11s runs, its address: deploy/postgres.sh url %s\n' PostgreSQL "$LOCAL/postgres"
else
    printf '%-11s does not run\n' PostgreSQL
    status=1
fi
exit "$status"
