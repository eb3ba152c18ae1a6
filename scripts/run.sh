#!/usr/bin/env bash
# scripts/run.sh [ARGUMENTS OF THE SERVER]: builds the mini-program for /app where Node.js is there, then the server, and runs it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib.sh
source scripts/lib.sh

build_app
exec cargo run -- "$@"
