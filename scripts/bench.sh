#!/usr/bin/env bash
# scripts/bench.sh [ARGUMENTS OF THE BENCHMARK]: release build, databases with durable commits.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib.sh
source scripts/lib.sh

unset CARGO_TARGET_DIR "${!KAIMEN__@}"
scripts/install.sh postgresql mariadb-server redis-server

tmp=$(mktemp -d /tmp/kaimen-bench.XXXXXX)
chmod 711 "$tmp"
finish() {
    local status=$?
    trap - EXIT INT TERM
    stop_running
    scripts/services.sh down "$tmp/durable" || true
    rm -rf "$tmp"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

run cargo build --release -p server -p bench
run scripts/services.sh up "$tmp/durable" --durable
# shellcheck source=/dev/null
source "$tmp/durable/env"
export KAIMEN_TEST_PIDS_DIR="$tmp/durable"
run target/release/bench "$@"
