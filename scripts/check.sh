#!/usr/bin/env bash
# scripts/check.sh: what can be said about the code without running it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo fmt --all --check
cargo clippy --workspace --all-targets -- -D warnings
if command -v cargo-deny >/dev/null; then
    cargo deny check bans licenses sources
else
    echo "dependencies not checked: cargo-deny is not installed (cargo install cargo-deny)"
fi
