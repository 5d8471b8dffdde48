const nothing = new Int32Array(new SharedArrayBuffer(4));

/** Holds this thread for so long, as a busy machine does: no timer, socket or signal of it is looked at. */
export const standStill = (ms: number): unknown => Atomics.wait(nothing, 0, 0, ms);
