/** Address of the module `stem` beside the asking one, with the asker's extension: `.ts` in a clone, `.js` when packed. */
export const siblingUrl = (importMetaUrl: string, stem: string): URL =>
  new URL(`./${stem}${importMetaUrl.slice(importMetaUrl.lastIndexOf('.'))}`, importMetaUrl);
