/** k6 scripts written to a folder of their own; gone when disposed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ScriptFolder extends Disposable {
  /** Writes a script and gives its path. */
  write(text: string): string;
}
export function scriptFolder(): ScriptFolder {
  const folder = mkdtempSync(join(tmpdir(), 'twin-load-'));
  let count = 0;
  return {
    write(text) {
      const file = join(folder, `script-${++count}.mjs`);
      writeFileSync(file, text);
      return file;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
/** A script whose one scenario is `scenario` and whose iteration does `body`. */
export const script = (scenario: string, body = `http.get('https://h/');`, imports = ''): string =>
  `import http from 'k6/http';\n${imports}\nexport const options = { scenarios: { ${scenario} } };\nexport function run() { ${body} }\nexport default run;\n`;
export const STEADY = `a: { executor: 'constant-arrival-rate', exec: 'run', rate: 10 }`;
