#!/usr/bin/env bash
# A PostgreSQL server for the tests: of this machine only, empty, and gone when it is stopped.
#
#   url=$(.ci/postgresql.sh start)     installs Debian's package if there is none
#   IVYTOOLS_TEST_POSTGRESQL=$url python -m pytest
#   .ci/postgresql.sh stop "$url"
set -euo pipefail

fail() { echo "postgresql.sh: $*" >&2; exit 1; }

# The server refuses to be run by root.
as_owner() {
    if [ "$(id -u)" -eq 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

programs() {
    local found
    found=$(compgen -G "/usr/lib/postgresql/*/bin/initdb" | sort -V | tail -n 1) || found=$(command -v initdb) || return 1
    dirname "$found"
}

install_server() {
    [ "$(id -u)" -eq 0 ] || fail "PostgreSQL is not installed; install it with: apt-get install postgresql"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y postgresql; } >&2
}

folder_of() { echo "/tmp/ivytools-postgresql-$1"; }

start() {
    local bin port folder password
    bin=$(programs) || { install_server && bin=$(programs); } || fail "initdb is not found"
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    password=$(python3 -c 'import secrets; print(secrets.token_hex(16))')
    folder=$(folder_of "$port")
    mkdir -m 700 "$folder"
    printf '%s\n' "$password" > "$folder/password"
    if [ "$(id -u)" -eq 0 ]; then chown -R postgres "$folder"; fi
    as_owner "$bin/initdb" -D "$folder/data" -U ivytools -A scram-sha-256 --pwfile="$folder/password" \
        -E UTF8 --locale=C --no-sync > "$folder/initdb.log" || fail "initdb failed, see $folder/initdb.log"
    as_owner "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w start \
        -o "-p $port -k $folder -c listen_addresses=127.0.0.1 -c fsync=off" > /dev/null || fail "see $folder/server.log"
    echo "postgresql://ivytools:$password@127.0.0.1:$port/postgres"
}

stop() {
    local port folder
    port=$(sed -nE 's#.*:([0-9]+)/postgres$#\1#p' <<< "$1")
    [ -n "$port" ] || fail "stop needs the URL that start printed"
    folder=$(folder_of "$port")
    [ -d "$folder/data" ] || fail "no server was started at port $port"
    as_owner "$(programs)/pg_ctl" -D "$folder/data" -m fast -w stop > /dev/null
    rm -rf "$folder"
}

case "${1:-}" in
    start) start ;;
    stop) stop "${2:-}" ;;
    *) fail "usage: postgresql.sh start | stop URL" ;;
esac
