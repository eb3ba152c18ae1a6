#!/usr/bin/env bash
# scripts/t.sh "CRATE…" [NAME]: runs the tests of these crates, or only those whose name contains NAME.
# On every database if the services of scripts/dev.sh run or the environment names others; otherwise on SQLite only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib.sh
source scripts/lib.sh

crates() { sed -n '0,/^name = /s/^name = "\(.*\)"$/\1/p' -s crates/*/Cargo.toml crates/adapters/*/Cargo.toml tests/Cargo.toml bench/Cargo.toml | sort | paste -sd ' '; }

read -r -a wanted <<<"${1:-}"
name=${2:-}
if ((${#wanted[@]} == 0)); then
    say "usage: make t F=CRATE [T=NAME], for example: make t F=door   make t F=\"cards tests\" T=binding" >&2
    say "crates: $(crates)" >&2
    exit 2
fi

if scripts/services.sh status target/dev; then
    # shellcheck source=/dev/null
    source target/dev/env
elif [[ -z ${KAIMEN_TEST_POSTGRES_URL:-} || -z ${KAIMEN_TEST_MYSQL_URL:-} || -z ${KAIMEN_TEST_REDIS_URL:-} ]]; then
    say "The databases of \`make dev\` do not run: testing on SQLite only; tests on the others are skipped."
    export KAIMEN_TEST_ALLOW_SKIP=1
fi

packages=()
for crate in "${wanted[@]}"; do packages+=(-p "$crate"); done
if cargo nextest --version >/dev/null 2>&1; then
    exec cargo nextest run --no-fail-fast "${packages[@]}" ${name:+"$name"}
fi
exec cargo test --no-fail-fast "${packages[@]}" ${name:+"$name"}
