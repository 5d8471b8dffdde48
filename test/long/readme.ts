/** What README.md shows to be typed: commands of its code blocks, and transcripts with what they printed. */

/** Blocks as their lines, without fences; those that name a language (`ts`) are none of a shell's. */
const blocksOf = (markdown: string): string[][] =>
  [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, language, block = '']) =>
    language === '' ? [block.split('\n').slice(0, -1)] : [],
  );
/** A comment stands behind two blanks or more. */
const withoutComment = (line: string): string => line.split(/\s{2,}#/)[0]?.trim() ?? '';

/** Lines of blocks without a prompt, each of which is a command. */
export const linesToType = (markdown: string): string[] => [
  ...new Set(
    blocksOf(markdown)
      .filter((lines) => !lines.some((line) => line.startsWith('$')))
      .flatMap((lines) => lines.map((line) => line.split(/\s+#/)[0]?.trim() ?? ''))
      .filter((line) => line !== ''),
  ),
];

export interface Typed {
  /** For a shell; without the `echo` of its exit code. */
  readonly command: string;
  /** As it was printed; 0 where nothing was. */
  readonly exit: number;
  /** What it printed, without lines that stand for others, and without those of another window. */
  readonly prints: readonly string[];
}
const ECHO = /;\s*echo "exit \$\?"$/;

function typedOf(first: string, lines: readonly string[]): Typed {
  const rest = [...lines];
  let command = withoutComment(first.slice(1).trim());
  while (command.endsWith('\\')) command = `${command.slice(0, -1).trim()} ${withoutComment(rest.shift() ?? '')}`;
  const echoed = ECHO.test(command) ? /^exit (\d+)$/.exec(rest.pop() ?? '')?.[1] : undefined;
  const prints = rest
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.includes('…') && !line.endsWith('# window 1'));
  return { command: command.replace(ECHO, ''), exit: Number(echoed ?? 0), prints };
}

/** Blocks with prompts: a session each, in the order in which it is typed. */
export const transcriptsOf = (markdown: string): Typed[][] =>
  blocksOf(markdown)
    .filter((lines) => lines.some((line) => line.startsWith('$')))
    .map((lines) => {
      const starts = lines.flatMap((line, index) => (line.startsWith('$ ') ? [index] : []));
      return starts.map((start, n) => typedOf(lines[start] ?? '', lines.slice(start + 1, starts[n + 1])));
    });
