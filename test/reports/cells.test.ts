import { describe, expect, it } from 'vitest';
import { cut, fold, pad, width } from '../../reports/cells.ts';
import { plain } from '../../reports/inert.ts';
import { fc, hostile } from './property.ts';

describe('reports: text in columns', () => {
  it('counts cells as a terminal does: wide characters two, combining marks none', () => {
    expect(['abc', '漢字', 'e\u0301', '\u0301', '✅', '▮▯'].map(width)).toEqual([3, 4, 1, 0, 2, 2]);
  });
  it('no folded line is wider than asked, and nothing but blanks is lost', () => {
    fc.assert(
      fc.property(hostile.map(plain), fc.integer({ min: 8, max: 60 }), (text, cells) => {
        const lines = fold(text, cells);
        for (const line of lines) expect(width(line)).toBeLessThanOrEqual(cells);
        expect(lines.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
      }),
    );
  });
  it('a figure is not torn from its unit or from what it is counted from', () => {
    expect(fold('lists came within 10 s', 21)).toEqual(['lists came within', '10 s']);
    expect(fold('then failed 31 of 388', 15)).toEqual(['then failed', '31 of 388']);
  });
  it('cuts with an ellipsis, and only what is too long', () => {
    expect(cut('0 of 34 lists', 20)).toBe('0 of 34 lists');
    expect(cut('0 of 34 lists', 8)).toBe('0 of 34…');
    fc.assert(
      fc.property(hostile.map(plain), fc.integer({ min: 2, max: 40 }), (text, cells) => {
        expect(width(cut(text, cells))).toBeLessThanOrEqual(cells);
      }),
    );
  });
  it('pads by cells, not by characters', () => {
    expect(pad('漢', 4)).toBe('漢  ');
  });
});
