/** Where our own programs lie that are started by path, not imported: `.ts` in a clone, `.js` when packed. */
import { fileURLToPath } from 'node:url';

/** Address of the module `stem` beside the asking one, with the asker's extension. */
export const siblingUrl = (importMetaUrl: string, stem: string): URL =>
  new URL(`./${stem}${importMetaUrl.slice(importMetaUrl.lastIndexOf('.'))}`, importMetaUrl);

/** The file of a part's program. */
export const partFile = (role: string): string => fileURLToPath(siblingUrl(import.meta.url, `${role}/main`));
