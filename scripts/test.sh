#!/usr/bin/env bash
# scripts/test.sh: all checks, as run by `make test` and CI.
# Needs no arguments, no terminal and no results of an earlier run; stops everything it started.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib.sh
source scripts/lib.sh
exec </dev/null

# The binary is expected in target/debug, no test may be skipped, and the settings
# of the user must not reach the servers under test.
unset CARGO_TARGET_DIR KAIMEN_TEST_ALLOW_SKIP "${!KAIMEN__@}"
command -v cargo >/dev/null || PATH=$PATH:$HOME/.cargo/bin
command -v cargo >/dev/null || fail "cargo is missing: install Rust with rustup first"

# in /tmp: short enough for unix sockets, and the database users can reach it
tmp=$(mktemp -d /tmp/kaimen-test.XXXXXX)
chmod 711 "$tmp"

current=
table=()

finish() {
    local status=$?
    trap - EXIT INT TERM
    stop_running
    scripts/services.sh down "$tmp/quick" || true
    scripts/services.sh down "$tmp/durable" || true
    rm -rf "$tmp"
    say
    if ((${#table[@]} > 0)); then printf '%s\n' "${table[@]}"; fi
    if ((status == 0)); then
        say "make test: all green"
    else
        say "make test: FAILED in step '$current'"
    fi
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# step NAME COMMAND…
step() {
    local started line
    current=$1
    started=$(now_ms)
    shift
    printf '\n== %s ==\n' "$current"
    run "$@"
    printf -v line '%-10s %6d s' "$current" $((($(now_ms) - started + 500) / 1000))
    say "$line"
    table+=("$line")
}

have_nextest() { cargo nextest --version >/dev/null 2>&1; }

tests() {
    if have_nextest; then
        cargo nextest run --workspace --no-fail-fast
    else
        cargo test --workspace --no-fail-fast
    fi
}

# kill -9 tests need durable commits to be meaningful.
durable() {
    scripts/services.sh down "$tmp/quick"
    scripts/services.sh up "$tmp/durable" --durable
    # shellcheck source=/dev/null
    source "$tmp/durable/env"
    export KAIMEN_TEST_DURABLE=1
    # the whole workspace, then a filter: `-p tests` could rebuild the libraries
    # with other features
    if have_nextest; then
        cargo nextest run --workspace --no-fail-fast -E 'package(tests) and test(kill_9)'
    else
        cargo test --workspace --tests --no-fail-fast kill_9
    fi
    scripts/services.sh down "$tmp/durable"
}

# What takes an opening away, again at a site with many bound cards.
large() {
    local tests='test(a_sign_in_that_ended_opens_nothing) + test(withdrawing_ends_every_code) + test(a_state_set_by_the_issuer_suspends) + test(a_door_opens_by_its_rules) + test(race_of_64_readers_with_one_code)'
    if have_nextest; then
        KAIMEN_TEST_BOUND_CARDS=20000 cargo nextest run --workspace --no-fail-fast -E "package(tests) and test(sqlite) and ($tests)"
    else
        KAIMEN_TEST_BOUND_CARDS=20000 cargo test --workspace --tests --no-fail-fast -- \
            a_sign_in_that_ended withdrawing_ends a_state_set_by_the_issuer a_door_opens_by_its_rules race_of_64_readers
    fi
}

# readyz PORT: in a subshell, so that the connection is closed.
readyz() (
    status=
    exec 3<>"/dev/tcp/127.0.0.1/$1"
    printf 'GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
    read -r -t 5 status <&3
    [[ $status == "HTTP/1.1 200"* ]]
)

ready_or_ended() { readyz "$1" || gone "$2"; }

# Runs the demo against a server with an empty data folder.
demo() {
    local port server
    port=$(free_port)
    mkdir "$tmp/demo"
    # at a site with many bound cards
    KAIMEN__DEMO__BOUND_CARDS=20000 target/debug/kaimen serve --listen "127.0.0.1:$port" --data "$tmp/demo" >"$tmp/demo.log" 2>&1 &
    server=$!
    if ! { within 60 ready_or_ended "$port" "$server" && alive "$server"; }; then
        say "the server did not become ready; the end of its log:"
        tail -n 40 "$tmp/demo.log"
        return 1
    fi
    if ! target/debug/kaimen demo --url "http://127.0.0.1:$port"; then
        say "the demo failed; the end of the server's log:"
        tail -n 40 "$tmp/demo.log"
        return 1
    fi
    kill -TERM "$server"
    if ! within 20 gone "$server"; then
        say "the server did not stop within 20 s of SIGTERM"
        return 1
    fi
    wait "$server" || { say "the server ended with status $?"; return 1; }
}

packages() {
    local wanted=(postgresql mariadb-server redis-server nginx-light curl chromium fonts-noto-cjk)
    # Debian's Node may be too old; npm then fetches a newer one
    if ! command -v npm >/dev/null; then wanted+=(nodejs npm); fi
    scripts/install.sh "${wanted[@]}"
}

step packages packages
step services scripts/services.sh up "$tmp/quick"
# shellcheck source=/dev/null
source "$tmp/quick/env"
step format cargo fmt --all --check
step lint cargo clippy --workspace --all-targets -- -D warnings
# --workspace: the same features of the libraries as in the tests, so they are built once
step build cargo build --workspace --bin kaimen
mkdir "$tmp/logs"
export KAIMEN_TEST_LOGS=$tmp/logs
step tests tests
step leaks scripts/leaks.sh "$tmp/logs"
unset KAIMEN_TEST_LOGS
step large large
step durable durable
step demo demo
step proxy scripts/proxy.sh
step miniprogram scripts/miniprogram.sh check
step browser scripts/miniprogram.sh e2e
