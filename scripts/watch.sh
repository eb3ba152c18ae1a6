#!/usr/bin/env bash
# scripts/watch.sh [ARGUMENTS OF `kaimen serve`]: builds and serves; when a source changes, builds again, and restarts the
# server if the binary has changed. After a failed build the running server stays. Checks once a second
# for files newer than the last build; needs no other tools. Ctrl-C ends it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib.sh
source scripts/lib.sh
unset CARGO_TARGET_DIR

binary=target/debug/kaimen
stamp=target/watch.stamp
sources=(crates Cargo.toml Cargo.lock kaimen.toml rust-toolchain.toml
    miniprogram/src miniprogram/simulator miniprogram/tools miniprogram/package-lock.json)
server=
served=

stop_server() {
    [[ $server ]] || return 0
    # INT: ends without the drain time of TERM
    kill -INT "$server" 2>/dev/null || true
    within 10 gone "$server" || kill -KILL "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
}

finish() {
    trap - EXIT INT TERM
    stop_running
    stop_server
    rm -f "$stamp"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Identifies a binary by its time, inode and size.
identity() { stat -c '%Y %i %s' "$binary"; }

start_server() {
    served=$(identity)
    # its own process group: Ctrl-C reaches this script, which stops the server
    set -m
    "$binary" serve "$@" </dev/null &
    server=$!
    set +m
}

changed() { [[ -n $(find "${sources[@]}" -newer "$stamp" -print -quit) ]]; }

ended() { [[ $server ]] && gone "$server"; }

build() {
    touch "$stamp"
    build_app
    run cargo build --bin kaimen
}

mkdir -p target
while true; do
    if ! build; then
        say "watch: the build failed; waiting for a change"
    elif [[ -z $server || $(identity) != "$served" ]]; then
        stop_server
        start_server "$@"
    fi
    until changed; do
        if ended; then
            say "watch: the server has ended; waiting for a change"
            stop_server
        fi
        sleep 1
    done
    say "watch: building"
done
