/**
 * Every version the Docker tests pin, in one table. No image is pulled: Debian's parts come from its packages, Go's
 * from its module proxy, Node's from package-lock.json.
 */
export const VERSIONS = {
  /** Debian release of all our bases; its packages bring the versions of Postgres and Redis. */
  debian: 'bookworm',
  /** Minor version in Debian bookworm: before it could keep prepared statements, which the cases do without. */
  pgbouncer: '1.18',
  /** Major version in Debian bookworm. */
  postgres: '15',
  /** Major version in Debian bookworm (7.0). */
  redis: '7',
  toxiproxy: '2.12.0',
  /** The newest line that can be consumed as a module: 3.7 replaces a module by a local path. Equal to images/traefik/go.mod. */
  traefik: '3.6.12',
} as const;
