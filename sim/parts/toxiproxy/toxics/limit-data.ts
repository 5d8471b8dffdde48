import { defineToxic } from './toxic.ts';

/**
 * Passes `bytes` bytes per connection and direction in total, then closes. The count lives through updates, and the
 * limit is looked at when data comes. @see toxiproxy 2.12 toxics/limit_data.go
 */
export const limitData = defineToxic<{ bytes: number }, { passedBytes: number }>({
  type: 'limit_data',
  fields: { bytes: 'int64' },
  newState: () => ({ passedBytes: 0 }),
  pipe: (stub, attributes, state) => ({
    chunk(chunk) {
      const leftBytes = Math.max(0, attributes.bytes - state.passedBytes);
      const data = chunk.data.subarray(0, leftBytes);
      state.passedBytes += data.length;
      if (data.length > 0) stub.emit({ data, atMs: chunk.atMs });
      if (state.passedBytes >= attributes.bytes) stub.close('close');
    },
    end: () => stub.passEnd(),
  }),
});
