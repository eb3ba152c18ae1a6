#!/usr/bin/env bash
# scripts/check.sh: static checks.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

skipped() { printf 'skipped: %s: %s is not installed (%s)\n' "$@"; }

cargo fmt --all --check
cargo clippy --workspace --all-targets -- -D warnings
if command -v cargo-deny >/dev/null; then
    cargo deny check bans licenses sources
else
    skipped "licences and sources of dependencies" cargo-deny "cargo install cargo-deny"
fi
if command -v cargo-machete >/dev/null; then
    cargo machete
else
    skipped "unused dependencies" cargo-machete "cargo install cargo-machete"
fi
if command -v python3 >/dev/null; then
    python3 scripts/common-passwords.py --check
else
    skipped "the list of common passwords" python3 "apt-get install python3"
fi
if command -v shellcheck >/dev/null; then
    shellcheck --external-sources scripts/*.sh scripts/hooks/* .ci/*
else
    skipped "shell scripts" shellcheck "apt-get install shellcheck"
fi
