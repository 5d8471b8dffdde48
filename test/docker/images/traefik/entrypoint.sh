#!/bin/sh
# Options alone and Traefik's own commands mean traefik, as in the official image.
set -eu

case "${1:-}" in -* | version | healthcheck) set -- traefik "$@" ;; esac
exec "$@"
