#!/usr/bin/env bash
# scripts/miniprogram.sh build|check|e2e|node
#   build   the mini-program: miniprogram/dist for WeChat, miniprogram/dist-web for /app
#   check   types, lints, the client against openapi.yaml, WeChat's own compilers, sizes, unit tests
#   e2e     the pages in Chromium against the real server (target/debug/kaimen); pictures go to target/screenshots
#   node    prints the folder of the Node.js to use (20 or newer); exits with 3 if there is none and it cannot be installed
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../miniprogram"
# shellcheck source=scripts/lib.sh
source ../scripts/lib.sh

OLDEST=20
# the newest LTS version, for machines with an older one
WANTED=22

good_node() {
    local version
    version=$("$1" --version 2>/dev/null) || return 1
    version=${version#v}
    ((${version%%.*} >= OLDEST))
}

# Prints the folder of a suitable node.
node_folder() {
    local own=.node/node_modules/node/bin
    if command -v node >/dev/null && command -v npm >/dev/null && good_node node; then
        dirname "$(command -v node)"
        return
    fi
    if [[ ! -x $own/node ]] && command -v npm >/dev/null; then
        say "Node.js $OLDEST is needed and not in the path: fetching it into miniprogram/.node" >&2
        npm install --prefix .node --no-save --no-audit --no-fund "node@$WANTED" >&2 || true
    fi
    if [[ -x $own/node ]] && good_node "$own/node"; then
        printf '%s\n' "$PWD/$own"
        return
    fi
    say "The mini-program needs Node.js $OLDEST or newer with npm, which is not here." >&2
    say "Install it from https://nodejs.org or with your package manager, then run this again." >&2
    exit 3
}

# Installs the packages of package-lock.json if needed.
install_packages() {
    local stamp=node_modules/.kaimen-lock
    if [[ -f $stamp ]] && cmp -s package-lock.json "$stamp"; then return; fi
    npm ci
    cp package-lock.json "$stamp"
}

use_node() {
    local folder
    folder=$(node_folder)
    PATH=$folder:$PATH
    install_packages
}

case ${1:-} in
    node) node_folder ;;
    build)
        use_node
        npm run --silent build
        ;;
    check)
        use_node
        npm run --silent check
        ;;
    e2e)
        use_node
        npm run --silent e2e
        ;;
    *)
        say "usage: $0 build|check|e2e|node" >&2
        exit 2
        ;;
esac
