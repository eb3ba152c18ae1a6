# shellcheck shell=bash
# Small functions shared by the scripts in this folder. Source it; do not run it.

say() { printf '%s\n' "$*"; }

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# Milliseconds since the machine started; never jumps.
now_ms() {
    local up
    read -r up _ </proc/uptime
    printf '%s\n' "$((10#${up/./} * 10))"
}

# True while the process exists and is not a zombie.
alive() {
    local stat
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    # the state is the first word after the name, which stands in brackets
    [[ ${stat##*) } != [ZX]* ]]
}

gone() { ! alive "$1"; }

# within SECONDS COMMAND…: asks again until the command succeeds; 1 when the time is over.
within() {
    local end=$(($(now_ms) + $1 * 1000))
    shift
    until "$@" >/dev/null 2>&1; do
        (($(now_ms) < end)) || return 1
        sleep 0.1
    done
}

# A TCP port of 127.0.0.1 nobody listens on. Below 32768, where Linux begins to
# hand out ports to outgoing connections.
free_port() {
    local port
    for _ in {1..50}; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            printf '%s\n' "$port"
            return
        fi
    done
    fail "found no free port"
}
