import { fc } from './property.ts';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { describe, expect, it } from 'vitest';
import {
  escapeCommand,
  escapeCommandProperty,
  escapeMarkdown,
  escapeMarkup,
  plain,
  slug,
} from '../../reports/inert.ts';
import { hostile } from './property.ts';

describe('reports: inert text', () => {
  it('plain text holds no control character, escape sequence or lone surrogate, whatever came in', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = plain(text);
        expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        expect(shown.isWellFormed()).toBe(true);
      }),
    );
  });
  it('an escape sequence that would recolour or retitle a terminal disappears whole', () => {
    expect(plain('a\u001B[31mred\u001B[0m\u001B]0;title\u0007b')).toBe('aredb');
    expect(plain('two\r\nlines\tand\u0000more')).toBe('two lines andmore');
  });
  it('escaped markup holds no bare angle, quote or ampersand, and reads back as the plain text', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const escaped = escapeMarkup(text);
        expect(escaped).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
        const back = escaped
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&quot;', '"')
          .replaceAll('&#39;', "'")
          .replaceAll('&amp;', '&');
        expect(back).toBe(plain(text));
      }),
    );
  });
  it('escaped Markdown is one paragraph of nothing but text', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const paragraph = fromMarkdown(`x ${escapeMarkdown(text)} x`).children;
        expect(paragraph).toHaveLength(1);
        expect(paragraph[0]).toMatchObject({
          type: 'paragraph',
          children: [{ type: 'text', value: `x ${plain(text).trim()} x` }],
        });
      }),
    );
  });
  it('a workflow command stays one line, and a property of it ends where we end it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(escapeCommand(text)).not.toMatch(/[\r\n]/);
        expect(escapeCommandProperty(text)).not.toMatch(/[\r\n:,]/);
      }),
    );
  });
  it('an address within the page holds only letters, digits and dashes', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(slug(text)).toMatch(/^(?:[a-z0-9]+(?:-[a-z0-9]+)*)?$/);
      }),
    );
    expect(slug('redis-down/Hung!')).toBe('redis-down-hung');
  });
});
