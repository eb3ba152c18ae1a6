# shellcheck shell=bash
# Small functions shared by the scripts in this folder. Source it; do not run it.

say() { printf '%s\n' "$*"; }

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# Milliseconds since boot, monotonic.
now_ms() {
    local up
    read -r up _ </proc/uptime
    printf '%s\n' "$((10#${up/./} * 10))"
}

# True while the process exists and is not a zombie.
alive() {
    local stat
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    # the state is the first word after the name in brackets
    [[ ${stat##*) } != [ZX]* ]]
}

gone() { ! alive "$1"; }

# within SECONDS COMMAND…: repeats the command until it succeeds; returns 1 after the time.
within() {
    local end=$(($(now_ms) + $1 * 1000))
    shift
    until "$@" >/dev/null 2>&1; do
        (($(now_ms) < end)) || return 1
        sleep 0.1
    done
}

# A free TCP port of 127.0.0.1, below 32768: Linux uses higher ports
# for outgoing connections.
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

# True if no process of the group is left, except zombies.
group_gone() {
    local file stat state group
    for file in /proc/[0-9]*/stat; do
        { read -r stat <"$file"; } 2>/dev/null || continue
        # after the name in brackets: state, parent, group
        read -r state _ group _ <<<"${stat##*) }"
        [[ $group != "$1" || $state == [ZX] ]] || return 1
    done
}

# run COMMAND…: runs it in its own process group and waits. So signals to the
# script are handled at once, and stop_running ends the command with all its children.
running_group=
run() {
    set -m
    "$@" &
    running_group=$!
    set +m
    # stored: inside a condition the shell would continue after a failure
    local status=0
    wait "$running_group" || status=$?
    stop_running
    return "$status"
}

stop_running() {
    local group=$running_group
    running_group=
    [[ $group ]] || return 0
    kill -TERM -- "-$group" 2>/dev/null || return 0
    # nextest gives its tests 10 seconds
    within 15 group_gone "$group" || kill -KILL -- "-$group" 2>/dev/null || true
}

# build_app: builds the mini-program for /app unless the build is up to date.
# Without Node.js the server runs without /app.
build_app() {
    local page=miniprogram/dist-web/index.html
    if [[ -f $page ]] && [[ -z $(find miniprogram/src miniprogram/simulator miniprogram/tools miniprogram/package-lock.json -newer "$page" -print -quit) ]]; then
        return
    fi
    say "building the mini-program for /app …"
    scripts/miniprogram.sh build || say "The server runs without /app."
}
