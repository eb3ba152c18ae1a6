#!/usr/bin/env bash
# scripts/proxy.sh [CONF]: tests deploy/nginx.conf (or CONF) with a real server (target/debug/kaimen): allowed requests get through, and
# refusals by nginx itself are problems in JSON with codes of the API.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib.sh
source scripts/lib.sh
PATH=$PATH:/usr/sbin:/sbin # nginx lives there; not every user has it on the path

unset "${!KAIMEN__@}"
conf=${1:-deploy/nginx.conf}
scripts/install.sh nginx-light curl

tmp=$(mktemp -d /tmp/kaimen-proxy.XXXXXX)
# nginx's workers run as another user when we are root, and write what they buffer here
chmod 711 "$tmp"
server=
nginx=
stop() {
    local pid=$1
    [[ $pid ]] || return 0
    kill -TERM "$pid" 2>/dev/null || true
    within 20 gone "$pid" || kill -KILL "$pid" 2>/dev/null || true
}
finish() {
    local status=$?
    trap - EXIT INT TERM
    stop "$nginx"
    stop "$server"
    rm -rf "$tmp"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

port=$(free_port)
# no listener: a replica that is away
away=$(free_port)
front=$(free_port)
url=http://127.0.0.1:$front

sed -e "s#api-1:8080#127.0.0.1:$port#; s#api-2:8080#127.0.0.1:$away#; s#listen 8080#listen 127.0.0.1:$front#" \
    -e "s#^pid .*#pid $tmp/nginx.pid; daemon off; error_log $tmp/nginx.log;#" \
    -e "s#^http {#http { client_body_temp_path $tmp/b; proxy_temp_path $tmp/p; fastcgi_temp_path $tmp/f; uwsgi_temp_path $tmp/u; scgi_temp_path $tmp/s;#" \
    "$conf" >"$tmp/nginx.conf"
nginx -q -t -c "$tmp/nginx.conf" -e "$tmp/nginx.log"

KAIMEN__SERVER__DRAIN_SECONDS=0 target/debug/kaimen serve --listen "127.0.0.1:$port" --data "$tmp/data" >"$tmp/server.log" 2>&1 &
server=$!
nginx -c "$tmp/nginx.conf" -e "$tmp/nginx.log" &
nginx=$!
within 60 curl -sf "http://127.0.0.1:$port/readyz" || { tail -n 40 "$tmp/server.log"; fail "the server did not become ready"; }
within 10 curl -sf "$url/readyz" || { tail -n 40 "$tmp/nginx.log"; fail "nginx does not reach the server"; }

failed=0
# expect STATUS CODE WHAT ARGUMENTS OF CURL…: CODE is that of a problem, or - for any other answer
expect() {
    local status=$1 code=$2 what=$3 got type body
    shift 3
    got=$(curl -s -m 60 -o "$tmp/body" -w '%{http_code} %{content_type}' "$@") || true
    type=${got#* }
    body=$(<"$tmp/body")
    if [[ ${got%% *} != "$status" ]] || { [[ $code != - ]] && ! [[ $type == application/problem+json && $body == *"\"code\":\"$code\""* ]]; }; then
        say "$what: expected $status $code, got $got: ${body:0:300}"
        failed=1
    fi
}
# filler COUNT: so many letters
filler() { printf '%*s' "$1" '' | tr ' ' a; }

# a file of so many bytes
truncate -s $((5 * 1024 * 1024)) "$tmp/5m"
truncate -s $((64 * 1024 * 1024 + 1)) "$tmp/64m"
truncate -s 100000 "$tmp/100k"
truncate -s 300000 "$tmp/300k"
json='Content-Type: application/json'
site=$url/v1/sites/00000000-0000-7000-8000-000000000000

expect 200 - "a header of 9 KiB" -H "X-A: $(filler 9000)" "$url/healthz"
expect 413 headers-too-large "a header of 17,000 bytes" -H "X-A: $(filler 17000)" "$url/healthz"
expect 413 headers-too-large "a header of 20,000 bytes" -H "X-A: $(filler 20000)" "$url/healthz"
expect 413 headers-too-large "a path of 20,000 bytes" "$url/$(filler 20000)"
expect 400 malformed "a header that is none" -H "X A: 1" -H "Host: a b" "$url/healthz"
# the server's own refusal shows that the body was passed on
expect 413 too-large "a body of 100 kB" -H "$json" --data-binary "@$tmp/100k" "$url/v1/auth/codes"
expect 413 too-large "a body of 300 kB" -H "$json" --data-binary "@$tmp/300k" "$url/v1/auth/codes"
for route in imports host-imports; do
    expect 401 not-signed-in "$route of 5 MiB" --data-binary "@$tmp/5m" "$site/$route?fileName=a.csv"
    expect 413 import-too-large "$route of more than 64 MiB" --data-binary "@$tmp/64m" "$site/$route?fileName=a.csv"
done
expect 404 no-such-place "metrics" "$url/metrics"
stop "$server"
server=
expect 503 unavailable "no server" "$url/v1/sites"
expect 503 unavailable "no server to import at" --data-binary a "$site/imports"

((failed == 0)) || exit 1
say "proxy: $conf lets through what it must and refuses in JSON"
