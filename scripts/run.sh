#!/usr/bin/env bash
# scripts/run.sh [ARGUMENTS OF THE SERVER]: builds the mini-program for /app if Node.js is installed, then builds and runs the server.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib.sh
source scripts/lib.sh

build_app
exec cargo run -- "$@"
