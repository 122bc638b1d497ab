#!/usr/bin/bash
# Starts Postgres; on an empty data directory it first makes the cluster, the superuser and the database.
#
# Environment, as in the official image: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB, POSTGRES_INITDB_ARGS
# (each may be given as NAME_FILE), POSTGRES_HOST_AUTH_METHOD, POSTGRES_INITDB_WALDIR, PGDATA; scripts in
# /docker-entrypoint-initdb.d (*.sh, *.sql, *.sql.gz) run once, in the order of their names.
#
# Differences: data checksums are on, TCP connections from the container itself need the password too, it
# never runs as root, and the first start is atomic: the cluster is made beside its place and PG_VERSION
# moves in last, so a first start that was killed is done again instead of leaving half a database.
set -Eeuo pipefail
shopt -s nullglob

fail() {
  echo "postgres: $*" >&2
  exit 1
}

# from_file NAME DEFAULT: NAME takes its own value, else the content of the file NAME_FILE, else DEFAULT.
from_file() {
  local name=$1 file_name=${1}_FILE
  local file=${!file_name:-}
  if [ -n "${!name:-}" ] && [ -n "$file" ]; then fail "$name and $file_name are both set: give one of them"; fi
  if [ -n "$file" ]; then
    [ -r "$file" ] || fail "$file_name names $file, which is absent or not readable by uid $(id -u)"
    printf -v "$name" '%s' "$(<"$file")"
    [ -n "${!name}" ] || fail "$file_name names $file, which is empty"
  fi
  export "$name"="${!name:-$2}"
  unset "$file_name"
}

read_environment() {
  from_file POSTGRES_PASSWORD ""
  from_file POSTGRES_USER postgres
  from_file POSTGRES_DB "$POSTGRES_USER"
  from_file POSTGRES_INITDB_ARGS ""
  export POSTGRES_HOST_AUTH_METHOD=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
}

require_password() {
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
    fail "the superuser needs a password: set POSTGRES_PASSWORD_FILE (or POSTGRES_PASSWORD)"
  fi
}

# A first start that did not finish leaves first-start behind; nothing in it was ever served.
prepare_directory() {
  mkdir -p "$data" 2>/dev/null || fail "cannot make $data as uid $(id -u): mount a volume that this user owns"
  [ -w "$data" ] || fail "$data is not writable by uid $(id -u): its owner is $(stat -c %u "$data")"
  if [ -d "$data/first-start" ]; then
    echo "postgres: the first start was interrupted before it was done; doing it again" >&2
    find "$data" -mindepth 1 -maxdepth 1 ! -name lost+found -exec rm -rf {} +
  fi
  local found
  found=$(find "$data" -mindepth 1 -maxdepth 1 ! -name lost+found | head -n 3)
  [ -z "$found" ] || fail "$data holds files but no database: $found"
  chmod 0700 "$data" || true
}

make_cluster() {
  local arguments=(--pgdata="$PGDATA" --username="$POSTGRES_USER" --data-checksums --auth-local=trust)
  arguments+=(--auth-host="$POSTGRES_HOST_AUTH_METHOD")
  if [ -n "${POSTGRES_INITDB_WALDIR:-}" ]; then arguments+=(--waldir="$POSTGRES_INITDB_WALDIR"); fi
  if [ -n "$POSTGRES_PASSWORD" ]; then arguments+=(--pwfile=/dev/stdin); fi
  mkdir -m 0700 "$PGDATA"
  # The extra arguments are words by contract, as in the official image.
  # shellcheck disable=SC2086
  eval 'initdb "${arguments[@]}" '"$POSTGRES_INITDB_ARGS" <<<"$POSTGRES_PASSWORD"
  printf '\nhost all all all %s\n' "$POSTGRES_HOST_AUTH_METHOD" >>"$PGDATA/pg_hba.conf"
}

sql() {
  PGHOST= PGHOSTADDR= psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --no-password \
    --dbname "${database:-$POSTGRES_DB}" "$@"
}

make_database() {
  [ "$POSTGRES_DB" = postgres ] && return
  database=postgres sql --quiet --set name="$POSTGRES_DB" <<<'CREATE DATABASE :"name";'
}

run_scripts() {
  local script
  for script in /docker-entrypoint-initdb.d/*; do
    echo "postgres: running $script"
    case $script in
    *.sh) if [ -x "$script" ]; then "$script"; else . "$script"; fi ;;
    *.sql) sql -f "$script" ;;
    *.sql.gz) gunzip -c "$script" | sql ;;
    *) echo "postgres: ignoring $script" ;;
    esac
  done
}

first_start() {
  require_password
  prepare_directory
  export PGDATA=$data/first-start
  make_cluster
  # Only the socket: a health check over TCP says "not ready" until the real start.
  PGUSER=$POSTGRES_USER pg_ctl -w start -o "-c listen_addresses='' -p ${PGPORT:-5432}" >/dev/null
  make_database
  run_scripts
  PGUSER=$POSTGRES_USER pg_ctl -w -m fast stop >/dev/null
  find "$PGDATA" -mindepth 1 -maxdepth 1 ! -name PG_VERSION -exec mv {} "$data" \;
  sync
  mv "$PGDATA/PG_VERSION" "$data"
  export PGDATA=$data
  unset PGPASSWORD POSTGRES_PASSWORD
  echo "postgres: the first start is done"
}

main() {
  if [ "${1:0:1}" = - ]; then set -- postgres "$@"; fi
  case " $* " in *" --help "* | *" --version "* | *" -V "* | *" -C "*) exec "$@" ;; esac
  if [ "$1" = postgres ]; then
    [ "$(id -u)" != 0 ] || fail "runs as an ordinary user only: leave out --user, or give --user 999:999"
    data=$PGDATA
    # As process 1, bash would ignore a stop while the first start is under way.
    trap 'exit 143' TERM INT
    read_environment
    if [ ! -s "$PGDATA/PG_VERSION" ]; then first_start; fi
    rm -rf "$PGDATA/first-start"
  fi
  exec "$@"
}

main "$@"
