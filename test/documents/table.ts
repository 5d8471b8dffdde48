/** A Markdown table of a header and rows. */
export const table = (header: string, ...rows: readonly string[]): string =>
  [
    header,
    `|${header
      .split('|')
      .slice(2)
      .map(() => '---|')
      .join('')}`,
    ...rows,
    '',
  ].join('\n');
