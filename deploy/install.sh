#!/usr/bin/env bash
# Installs what is missing of what Causeway needs, and nothing that is there. Arguments: tests, bench: also what these need.
# Asks for root's rights only where something is missing.
. "$(dirname "$0")/lib.sh"

need_swift

missing=()
want() { missing+=("$1"); }

have pkg-config || want pkg-config
library() { have pkg-config && pkg-config --exists "$1" || want "$2"; }
library libpq libpq-dev
library libcurl libcurl4-openssl-dev
library openssl libssl-dev
[ -n "$(postgres_programs)" ] || want postgresql
have curl || want curl
for extra in "$@"; do
    case $extra in
    tests)
        have python3 || want python3
        python3 -c 'import venv, ensurepip' 2>/dev/null || want python3-venv
        have php || want php-cli
        # A browser for the payers' page, and what reads a QR code off its screen.
        have chromium || want chromium
        have zbarimg || want zbar-tools
        ;;
    bench)
        have nginx || want nginx-light
        have wrk || want wrk
        ;;
    *) die "install.sh does not know '$extra'." "usage: deploy/install.sh [tests] [bench]" ;;
    esac
done
[ "${#missing[@]}" -gt 0 ] || exit 0

have apt-get || die "Missing: ${missing[*]} (as Debian names them), and there is no apt-get to install them with." \
    "Install their like with this system's package manager, then try again."

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    have sudo || die "Missing: ${missing[*]}. Installing them needs root's rights, and there is no sudo." \
        "As root: apt-get update && apt-get install --no-install-recommends ${missing[*]}"
    as_root=(sudo)
fi

apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 \
        -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

# Debian makes a database cluster of its own on port 5432 when PostgreSQL is installed. Ours is private, so none is wanted.
no_cluster_of_debians() {
    local conf=/etc/postgresql-common/createcluster.conf
    [ ! -e "$conf" ] || return 0
    "${as_root[@]}" mkdir -p "$(dirname "$conf")"
    printf '%s\n' '# Written when Causeway installed PostgreSQL: no cluster of its own on port 5432.' \
        'create_main_cluster = false' | "${as_root[@]}" tee "$conf" >/dev/null
}

install_missing() {
    local package
    for package in "${missing[@]}"; do [ "$package" != postgresql ] || no_cluster_of_debians; done
    if ! ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; then apt update; fi
    # Lists that are old name packages that are gone: fetch them anew, once.
    apt install --no-install-recommends "${missing[@]}" || { apt update && apt install --no-install-recommends "${missing[@]}"; }
}

# The question for a password, if any, must be seen: ask before the output goes to a file.
if [ "${#as_root[@]}" -gt 0 ] && ! sudo -n true 2>/dev/null; then
    say "sudo may ask for your password, to install ${missing[*]}."
    sudo -v </dev/tty || die "sudo refused." \
        "As root: apt-get update && apt-get install --no-install-recommends ${missing[*]}"
fi
step "$LOCAL/install.log" "Installing ${missing[*]}" install_missing ||
    die "Not everything could be installed." "All of its output: $LOCAL/install.log" \
        "Is the network there, and does 'apt-get update' work?"
