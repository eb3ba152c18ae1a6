#!/usr/bin/env bash
# scripts/install.sh PACKAGE…
# Installs missing Debian packages; silent if none is missing.
# The packages' own services are not started: the scripts here run private
# instances on free ports instead.
set -euo pipefail

(($# > 0)) || { echo "usage: $0 PACKAGE…" >&2; exit 2; }

if ! command -v dpkg >/dev/null; then
    echo "$0: not a Debian system; please install by your own means: $*" >&2
    exit 2
fi

missing=()
for package in "$@"; do
    dpkg -s "$package" 2>/dev/null | grep -qx 'Status: install ok installed' || missing+=("$package")
done
((${#missing[@]} > 0)) || exit 0

if ((EUID != 0)); then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        exec sudo -n bash "$0" "${missing[@]}"
    fi
    echo "These packages are missing and this user may not install them. Please run:" >&2
    echo "  sudo apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 2
fi

echo "installing ${missing[*]}: the tests run private instances of them (their own services are not started)"

policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    # 101: "starting is forbidden by policy"
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
apt_get() { apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null; }
apt_get update
apt_get install -y --no-install-recommends "${missing[@]}"
