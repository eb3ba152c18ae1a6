#!/usr/bin/env bash
# scripts/run.sh [ARGUMENTS OF THE SERVER]: builds the mini-program for /app where Node.js is there, then the server, and runs it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib.sh
source scripts/lib.sh

# Whether the pages are as new as what they are made of.
is_built() {
    local page=miniprogram/dist-web/index.html
    [[ -f $page ]] && [[ -z $(find miniprogram/src miniprogram/simulator miniprogram/tools miniprogram/package-lock.json -newer "$page" -print -quit) ]]
}

if ! is_built; then
    say "building the mini-program for /app …"
    if ! scripts/miniprogram.sh build; then
        say "The server runs without /app."
    fi
fi
exec cargo run -- "$@"
