#!/bin/sh
# Options alone mean redis-server. The official image is built with protected mode off, Debian's is not, so it is
# switched off here: a container without a password must answer its neighbours.
set -eu

case "${1:-}" in -*) set -- redis-server "$@" ;; esac
if [ "$1" != redis-server ]; then exec "$@"; fi
set -- "$@" --protected-mode no
if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=redis --regid=redis --init-groups "$@"; fi
exec "$@"
