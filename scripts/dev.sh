#!/usr/bin/env bash
# scripts/dev.sh up|down: private databases for development, with their data in target/dev.
# `up` starts them if needed, and prints their environment.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib.sh
source scripts/lib.sh

dir=target/dev

up() {
    scripts/install.sh postgresql mariadb-server redis-server
    if ! scripts/services.sh status "$dir"; then
        # remains of a restart of the machine
        scripts/services.sh down "$dir"
        scripts/services.sh up "$dir"
    fi
    cat "$dir/env"
    say
    say "PostgreSQL, MariaDB and Redis run. \`make t F=door\` finds them by itself; for other commands:"
    say "  source $dir/env"
    say "Stop them with: make dev-down"
}

case ${1:-} in
    up) up ;;
    down) scripts/services.sh down "$dir" ;;
    *)
        say "usage: $0 up|down" >&2
        exit 2
        ;;
esac
