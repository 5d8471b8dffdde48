#!/bin/sh
# Makes the database on the first start and then runs the server, as the official image's entrypoint does:
# POSTGRES_USER, POSTGRES_PASSWORD (required), POSTGRES_DB, scripts in /docker-entrypoint-initdb.d, options as arguments.
# Clients on the network authenticate with SCRAM; TLS is off until `-c ssl=on` asks for it, as there.
set -eu

case "${1:-}" in -*) set -- postgres "$@" ;; esac
if [ "$1" != postgres ]; then exec "$@"; fi

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chown postgres: "$PGDATA" /var/run/postgresql
  chmod 700 "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  : "${POSTGRES_PASSWORD:?must be set}"
  user="${POSTGRES_USER:-postgres}"
  database="${POSTGRES_DB:-$user}"
  password_file=$(mktemp)
  printf '%s\n' "$POSTGRES_PASSWORD" > "$password_file"
  initdb --username="$user" --pwfile="$password_file" --auth-local=trust --auth-host=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8
  rm "$password_file"
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  echo "listen_addresses = '*'" >> "$PGDATA/postgresql.conf"

  # Only on its socket: nobody may take this server for the one that stays.
  pg_ctl --silent --wait --options="-c listen_addresses=''" start
  if [ "$database" != postgres ]; then createdb --username="$user" --maintenance-db=postgres "$database"; fi
  for script in /docker-entrypoint-initdb.d/*.sql; do
    if [ -f "$script" ]; then psql --set=ON_ERROR_STOP=1 --username="$user" --dbname="$database" --file="$script"; fi
  done
  pg_ctl --silent --wait --mode=fast stop
fi

exec "$@"
