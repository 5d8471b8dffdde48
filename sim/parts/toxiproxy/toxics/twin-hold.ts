import { defineToxic } from './toxic.ts';

/**
 * Extension: a hung link. Nothing passes while it is there, neither bytes nor FIN nor RST; what comes waits (two chunks,
 * then the source is read no further, so that TCP holds it back) and passes when the toxic is removed.
 */
export const twinHold = defineToxic({
  type: 'twin_hold',
  fields: {},
  steady: true,
  pipe(stub) {
    const assertNothingCrosses = (): never => {
      throw new Error('a held link was handed data');
    };
    return { start: () => void (stub.busy = true), chunk: assertNothingCrosses, end: assertNothingCrosses };
  },
});
