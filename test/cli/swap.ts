/** Preloaded into a command: some files are found to be others, as if a user had edited them. */
import { registerHooks } from 'node:module';

const swaps = JSON.parse(process.env['TWIN_TEST_SWAPS'] ?? '{}') as Readonly<Record<string, string>>;
const TESTS = new URL('..', import.meta.url).href;
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const other = swaps[found.url];
    // Who stands in, and what it is made of, may read the one it stands in for.
    const { parentURL = '' } = context;
    return other === undefined || parentURL === other || parentURL.startsWith(TESTS) ? found : { ...found, url: other };
  },
});
