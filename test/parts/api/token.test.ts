/** Users' tokens. */
import { describe, expect, it } from 'vitest';
import { tokenOf, userOfHeader } from '../../../sim/parts/api/token.ts';

describe('token', () => {
  it('proves the user it was made for, and no other', () => {
    const token = tokenOf(12, 'secret');
    expect(userOfHeader(`Token ${token}`, 'secret')).toBe(12);
    expect(userOfHeader(`Token ${token.replace('12.', '13.')}`, 'secret')).toBeUndefined();
    expect(userOfHeader(`Token ${token}`, 'other')).toBeUndefined();
  });
  it.each([undefined, '', 'Token', 'Token x.y', `Bearer ${tokenOf(1, 's')}`])('is not %j', (header) => {
    expect(userOfHeader(header, 's')).toBeUndefined();
  });
});
