#!/usr/bin/env bash
# The end-to-end tests' Python packages, in .local/venv, at the versions of Tests/EndToEnd/requirements.txt.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

wanted=$(sha256sum Tests/EndToEnd/requirements.txt | cut -d ' ' -f 1)-$(python3 -c 'import sys; print(sys.version)')
[ "$(cat "$LOCAL/venv/made-of" 2>/dev/null)" != "$wanted" ] || exit 0

say "Making .local/venv"
rm -rf "$LOCAL/venv"
python3 -m venv "$LOCAL/venv"
"$LOCAL/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
    -r Tests/EndToEnd/requirements.txt ||
    die "The Python packages of Tests/EndToEnd/requirements.txt could not be installed." "Is the network there?"
printf '%s\n' "$wanted" >"$LOCAL/venv/made-of"
