#!/usr/bin/env bash
# scripts/services.sh up DIR [--durable] | down DIR | status DIR
#
# Private PostgreSQL, MariaDB and Redis on free ports of 127.0.0.1, with all
# their data below DIR. `up` writes DIR/env (source it to get the three URLs);
# `down` stops what `up` started and removes what it wrote; it may be called twice.
# `status` ends with 0 when all three run, with 1 otherwise.
#
# Without --durable commits do not wait for the disk: fast, and sufficient for tests, because
# killing Kaimen does not lose data of a running database. With --durable a
# commit is on the disk when it returns: for the kill -9 tests and for benchmarks.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
source "$here/lib.sh"
PATH=$PATH:/usr/sbin:/sbin # mariadbd lives there; not every user has it on the path

usage() {
    echo "usage: $0 up DIR [--durable] | down DIR | status DIR" >&2
    exit 2
}

services=(postgres mariadb redis)
as_user=()

# ---- starting --------------------------------------------------------------

# as USER: sets the array `as_user` to the command prefix that runs a command as that user if we are root.
# (setpriv becomes the command; runuser would stay as its parent,
# and we would have the wrong pid.)
as() {
    as_user=()
    if ((EUID == 0)); then as_user=(setpriv --reuid "$1" --regid "$1" --init-groups --); fi
}

# folder NAME USER: DIR/NAME, for that user only.
folder() {
    mkdir -m 700 "$dir/$1"
    if ((EUID == 0)); then chown "$2:" "$dir/$1"; fi
}

# launch NAME COMMAND…: in DIR/NAME, in a session of its own (so Ctrl-C reaches
# this script and not the server), its pid in DIR/NAME.pid.
launch() {
    local name=$1
    shift
    (cd "$dir/$name" && exec setsid "$@") >>"$dir/$name.log" 2>&1 </dev/null &
    echo $! >"$dir/$name.pid"
}

answered_or_ended() {
    local pid=$1
    shift
    "$@" || gone "$pid"
}

# ready NAME COMMAND…: waits until the command succeeds; fails if the server has ended.
ready() {
    local name=$1 pid
    shift
    pid=$(<"$dir/$name.pid")
    if within 60 answered_or_ended "$pid" "$@" && alive "$pid"; then return; fi
    echo "$name did not become ready; the end of its log:" >&2
    tail -n 30 "$dir/$name.log" >&2
    exit 1
}

start_postgres() {
    local bin=$postgres_bin settings
    [[ -x $bin/initdb ]] || fail "PostgreSQL is not installed"

    folder postgres postgres
    printf '%s' "$password" >"$dir/postgres/password"
    if ((EUID == 0)); then chown postgres: "$dir/postgres/password"; fi
    # initdb refuses to run as root
    as postgres
    (cd "$dir/postgres" && "${as_user[@]}" "$bin/initdb" -D "$dir/postgres/data" --username=kaimen \
        --pwfile=password --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync) \
        >"$dir/postgres.log" 2>&1 || { cat "$dir/postgres.log" >&2; fail "initdb failed"; }

    settings=(
        -c "listen_addresses=127.0.0.1" -c "port=$postgres_port"
        -c "unix_socket_directories=$dir/postgres"
        -c max_connections=400 -c jit=off -c max_wal_size=512MB
    )
    if [[ $durable ]]; then
        settings+=(-c fsync=on -c synchronous_commit=on -c full_page_writes=on -c shared_buffers=256MB)
    else
        # autovacuum would scan databases that exist for a second only
        settings+=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off
            -c shared_buffers=64MB -c autovacuum=off)
    fi
    launch postgres "${as_user[@]}" "$bin/postgres" -D "$dir/postgres/data" "${settings[@]}"
}

start_mariadb() {
    command -v mariadbd >/dev/null || fail "MariaDB is not installed"
    local owner=()
    if ((EUID == 0)); then owner=(--user=mysql); fi

    folder mariadb mysql
    cat >"$dir/mariadb.sql" <<SQL
-- the script runs with the grant tables off; this turns them on
FLUSH PRIVILEGES;
CREATE USER kaimen@'%' IDENTIFIED BY '$password';
GRANT ALL PRIVILEGES ON *.* TO kaimen@'%' WITH GRANT OPTION;
-- an anonymous user of localhost would be preferred to kaimen@'%'
DELETE FROM mysql.global_priv WHERE User = '';
SQL
    (cd "$dir/mariadb" && mariadb-install-db --no-defaults "${owner[@]}" --datadir="$dir/mariadb/data" \
        --skip-test-db --skip-name-resolve --extra-file="$dir/mariadb.sql" --debug-no-sync) \
        >"$dir/mariadb.log" 2>&1 || { cat "$dir/mariadb.log" >&2; fail "mariadb-install-db failed"; }

    # latin1 on purpose: it was MariaDB's default until 11.6, and
    # databases created on an old server still have it. Kaimen must ask for
    # utf8mb4 itself wherever it matters; a test run on a utf8mb4 server would not notice.
    local settings=(
        --character-set-server=latin1 --collation-server=latin1_swedish_ci
        --bind-address=127.0.0.1 --port="$mariadb_port" --socket="$dir/mariadb/socket"
        --datadir="$dir/mariadb/data" --tmpdir="$dir/mariadb" --skip-name-resolve
        --max-connections=400 --skip-log-bin --performance-schema=off
    )
    if [[ $durable ]]; then
        settings+=(--innodb-flush-log-at-trx-commit=1 --innodb-buffer-pool-size=256M)
    else
        # debug-no-sync: CREATE TABLE would still wait for the disk without it
        settings+=(--innodb-flush-log-at-trx-commit=0 --sync-binlog=0 --debug-no-sync
            --skip-innodb-doublewrite --innodb-buffer-pool-size=128M)
    fi
    launch mariadb mariadbd --no-defaults "${owner[@]}" "${settings[@]}"
}

start_redis() {
    command -v redis-server >/dev/null || fail "Redis is not installed"
    folder redis redis
    as redis
    launch redis "${as_user[@]}" redis-server --bind 127.0.0.1 --port "$redis_port" \
        --unixsocket "$dir/redis/socket" --dir "$dir/redis" --save '' --appendonly no
}

up() {
    local name
    for name in env "${services[@]}"; do
        [[ ! -e $dir/$name ]] || fail "$dir/$name exists already: call down first"
    done
    # a unix socket's path has at most 107 bytes, and ours is up to 30 longer than DIR
    ((${#dir} <= 75)) || fail "the path of DIR is too long for a socket in it: $dir"
    umask 077
    if ((EUID == 0)); then
        # the servers run as their own users and need access to their folder only
        chmod go+x "$dir"
        as postgres
        "${as_user[@]}" test -x "$dir" || fail "user postgres cannot reach $dir"
    fi

    # from here on a failure stops the started services
    trap down EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM

    local password postgres_bin
    # the newest of the installed versions
    postgres_bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    local postgres_port mariadb_port redis_port
    postgres_port=$(free_port)
    mariadb_port=$(free_port)
    redis_port=$(free_port)

    start_redis
    start_postgres
    start_mariadb
    # over the sockets in DIR, so that no other server can answer
    ready redis redis-cli -s "$dir/redis/socket" ping
    ready postgres "$postgres_bin/pg_isready" -q -h "$dir/postgres" -p "$postgres_port"
    MYSQL_PWD=$password ready mariadb mariadb-admin --no-defaults --user=kaimen --socket="$dir/mariadb/socket" ping

    cat >"$dir/env" <<ENV
export KAIMEN_TEST_POSTGRES_URL=postgres://kaimen:$password@127.0.0.1:$postgres_port/postgres
export KAIMEN_TEST_MYSQL_URL=mysql://kaimen:$password@127.0.0.1:$mariadb_port/mysql
export KAIMEN_TEST_REDIS_URL=redis://127.0.0.1:$redis_port
ENV
    trap - EXIT INT TERM
}

# ---- stopping --------------------------------------------------------------

# The pid of a service, if it runs. A pid file may be stale and its number reused;
# our servers have their working folder below DIR.
running() {
    local pid
    [[ -s $dir/$1.pid ]] || return 1
    pid=$(<"$dir/$1.pid")
    alive "$pid" && [[ $(readlink "/proc/$pid/cwd") == "$dir/$1"* ]] || return 1
    echo "$pid"
}

signal() { kill "-$1" "$2" 2>/dev/null || true; }

down() {
    local name pid
    local -A pids=()
    for name in "${services[@]}"; do
        if pid=$(running "$name"); then pids[$name]=$pid; fi
    done
    for name in "${!pids[@]}"; do
        # for PostgreSQL, TERM means "after the last client has disconnected"; INT means now
        if [[ $name == postgres ]]; then signal INT "${pids[$name]}"; else signal TERM "${pids[$name]}"; fi
    done
    for name in "${!pids[@]}"; do
        pid=${pids[$name]}
        if ! within 20 gone "$pid"; then
            echo "$name did not stop; killing it" >&2
            # QUIT lets PostgreSQL end its children
            if [[ $name == postgres ]]; then
                signal QUIT "$pid"
                within 5 gone "$pid" || true
            fi
            signal KILL "$pid"
            within 5 gone "$pid" || echo "$name (pid $pid) is still there" >&2
        fi
    done
    for name in "${services[@]}"; do
        rm -rf "${dir:?}/$name" "$dir/$name.pid" "$dir/$name.log"
    done
    rm -f "$dir/env" "$dir/mariadb.sql"
}

status() {
    local name
    [[ -f $dir/env ]] || return 1
    for name in "${services[@]}"; do
        running "$name" >/dev/null || return 1
    done
}

# ---- the command line ------------------------------------------------------

(($# >= 2)) || usage
action=$1
dir=$2
durable=
case $action:${3-} in
    up:) ;;
    up:--durable) durable=yes ;;
    down: | status:) ;;
    *) usage ;;
esac
(($# <= 3)) || usage

if [[ $action == down && ! -d $dir ]]; then exit 0; fi
if [[ $action == status && ! -d $dir ]]; then exit 1; fi
mkdir -p "$dir"
dir=$(cd "$dir" && pwd -P)
"$action"
