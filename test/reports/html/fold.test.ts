import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../../reports/html/page.ts';
import { transcriptRun } from '../fixtures.ts';
import { Browser, findChromium, type Page, type View } from './browser.ts';
import { skipped } from '../../skipped.ts';

const chromium = findChromium();
const reason = chromium === undefined ? 'no chromium on the path' : undefined;
const FOLD: View = { width: 1280, height: 720 };
/** Starting a browser beside a busy neighbour takes its time. */
const BROWSER_TIMEOUT_MS = 60_000;

/** Relative luminance of a colour (WCAG 2.2). */
const luminance = (rgb: readonly number[]): number => {
  const [r = 0, g = 0, b = 0] = rgb.map((one) =>
    one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

describe.skipIf(reason !== undefined)(
  `reports: index.html in a browser${skipped(reason)}`,
  { timeout: BROWSER_TIMEOUT_MS },
  () => {
    let browser: Browser;
    let folder = '';
    const open = (view: View, hash = ''): Promise<Page> =>
      browser.open(pathToFileURL(path.join(folder, 'index.html')).href + hash, view);
    beforeAll(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'twin-page-'));
      const { entries, summary } = transcriptRun();
      await writeFile(path.join(folder, 'index.html'), renderHtml(entries, summary));
      browser = await Browser.start(chromium ?? '');
    }, BROWSER_TIMEOUT_MS);
    afterAll(async () => {
      await browser[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    }, BROWSER_TIMEOUT_MS);

    it('the sentence, what it was judged on and the first five rows with their strips lie above 720 px at 1280', async () => {
      const page = await open(FOLD);
      const bottoms = await page.evaluate<number[]>(
        `['h1', '.worst', '.judged'].map((one) => document.querySelector(one)?.getBoundingClientRect().bottom ?? NaN)`,
      );
      const rows = await page.evaluate<number[]>(
        `[...document.querySelectorAll('.row')].slice(0, 5).map((row) => row.querySelector('.strip').getBoundingClientRect().bottom)`,
      );
      expect(rows).toHaveLength(5);
      for (const bottom of [...bottoms, ...rows]) expect(bottom).toBeLessThan(720);
      expect(bottoms).toEqual(bottoms.toSorted((a, b) => a - b));
    });
    it.each([FOLD, { width: 390, height: 844 }, { width: 768, height: 1024 }])(
      'nothing is wider than a screen of $width px, also with every row open',
      async (view) => {
        const page = await open(view);
        expect(
          await page.evaluate<number>(
            `document.querySelectorAll('details').forEach((row) => (row.open = true)), document.documentElement.scrollWidth`,
          ),
        ).toBeLessThanOrEqual(view.width);
      },
    );
    it('at 390 px the strip stands under the text', async () => {
      const page = await open({ width: 390, height: 844 });
      const [textBottom, stripTop] = await page.evaluate<[number, number]>(
        `[document.querySelector('.c-saw').getBoundingClientRect().bottom, document.querySelector('.c-strip').getBoundingClientRect().top]`,
      );
      expect(stripTop).toBeGreaterThanOrEqual(textBottom);
    });
    it.each([
      ['on a wide screen the column heads say what a cell is', FOLD, false],
      ['at 390 px each cell says it', { width: 390, height: 844 }, true],
      ['on paper each cell says it', { width: 718, height: 1_000, media: 'print' as const }, true],
    ])('%s; a screen reader is told everywhere', async (_, view, isShown) => {
      const page = await open(view);
      const labels = await page.evaluate<[string, boolean][]>(
        `[...document.querySelectorAll('#redis-down-hung > summary .c-label')].map((one) => [one.textContent.trim(), one.checkVisibility() && one.getBoundingClientRect().width > 5])`,
      );
      expect(labels).toEqual(['pain', 'the book', 'since last'].map((label) => [label, isShown]));
    });
    it.each(['light', 'dark'] as const)('that nobody was hurt can be read as well as the rest: %s', async (scheme) => {
      const page = await open({ ...FOLD, scheme });
      const [ink = [], paper = []] = await page.evaluate<number[][]>(
        `[getComputedStyle(document.querySelector('.pain-none')).color, getComputedStyle(document.body).backgroundColor].map((one) => one.match(/\\d+/g).map(Number))`,
      );
      // WCAG 2.2, contrast (minimum): 4.5 to 1.
      const [more = 0, less = 0] = [luminance(ink), luminance(paper)].toSorted((a, b) => b - a);
      expect((more + 0.05) / (less + 0.05)).toBeGreaterThan(4.5);
    });
    it('paper cuts no column off', async () => {
      const page = await open({ width: 718, height: 1_000, media: 'print' });
      const cut = await page.evaluate<string[]>(
        `document.querySelectorAll('details').forEach((row) => (row.open = true)), [...document.querySelectorAll('.wide')].filter((one) => one.scrollWidth > one.clientWidth || getComputedStyle(one).overflowX !== 'visible').map((one) => one.textContent.trim().slice(0, 40))`,
      );
      expect(cut).toEqual([]);
    });
    it('light and dark follow the system', async () => {
      const paper = async (scheme: 'light' | 'dark'): Promise<string> =>
        (await open({ ...FOLD, scheme })).evaluate<string>('getComputedStyle(document.body).backgroundColor');
      expect([await paper('light'), await paper('dark')]).toEqual(['rgb(252, 252, 250)', 'rgb(19, 20, 22)']);
    });
    it("an address with a row's name opens that row and no other", async () => {
      const page = await open(FOLD, '#redis-down-hung');
      expect(
        await page.evaluate<string[]>(`[...document.querySelectorAll('details[open]')].map((row) => row.id)`),
      ).toEqual(['redis-down-hung']);
    });
    it('a button that is clicked twice says its own words again', async () => {
      const page = await open(FOLD);
      const said = await page.evaluate<string[]>(`(async () => {
        const timers = [];
        window.setTimeout = (then) => timers.push(then);
        const button = document.querySelector('#copy-link');
        const said = [button.textContent];
        const change = () => new Promise((done) => new MutationObserver((_, one) => (one.disconnect(), done())).observe(button, { childList: true }));
        for (let n = 0; n < 2; n++) {
          const changed = change();
          button.click();
          await changed;
          await Promise.resolve();
        }
        timers.forEach((then) => then());
        return [...said, button.textContent];
      })()`);
      expect(said).toEqual(['copy link', 'copy link']);
    });
    it('opening a row puts its name into the address', async () => {
      const page = await open(FOLD);
      expect(
        await page.evaluate<string>(`document.querySelector('#redis-down-dead > summary').click(), location.hash`),
      ).toBe('#redis-down-dead');
    });
    it('on paper every row can be read, on a screen only those that were opened', async () => {
      const visible = `[...document.querySelectorAll('.behind')].filter((one) => one.checkVisibility()).length`;
      const rows = transcriptRun().summary.scenarios.reduce(
        (sum, one) => sum + one.plays.length + one.unmentioned.length,
        0,
      );
      expect(await (await open({ ...FOLD, media: 'print' })).evaluate<number>(visible)).toBe(rows);
      expect(await (await open(FOLD)).evaluate<number>(visible)).toBe(0);
    });
    it('its own policy lets it work and it asks for nothing else', async () => {
      const page = await open(FOLD, '#redis-down-hung');
      expect(await page.evaluate<boolean>(`document.documentElement.classList.contains('scripted')`)).toBe(true);
      expect(await page.evaluate<number>(`performance.getEntriesByType('resource').length`)).toBe(0);
      expect(page.complaints).toEqual([]);
    });
  },
);
