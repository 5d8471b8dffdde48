/** Who the database server runs as: Postgres refuses to run as root, and nothing may be installed to give it a user. */

export interface ServiceUser {
  readonly uid: number;
  readonly gid: number;
}

/** The kernel's overflow user, `nobody` on every Linux: it exists without being created. */
const NOBODY = 65_534;

/** Under root: `nobody`. For an ordinary user undefined: everything runs as that user. */
export function servantOfRoot(): ServiceUser | undefined {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;
}
