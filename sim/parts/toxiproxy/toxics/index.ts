/**
 * The registry of toxics: stock Toxiproxy's by their names, and two of ours whose names begin with `twin_`.
 * A toxic says what it does to one direction of one connection (`Pipe`); `../stub.ts` gives it time, order and an outlet.
 *
 * Not modelled: slicer's crash on sizes it cannot reach, bandwidth's on a negative rate.
 */
import { bandwidth } from './bandwidth.ts';
import { latency } from './latency.ts';
import { limitData } from './limit-data.ts';
import { noop } from './noop.ts';
import { resetPeer } from './reset-peer.ts';
import { slicer } from './slicer.ts';
import { slowClose } from './slow-close.ts';
import { timeout } from './timeout.ts';
import type { ToxicType } from './toxic.ts';
import { twinDelay } from './twin-delay.ts';
import { twinHold } from './twin-hold.ts';

export const TOXIC_TYPES: ReadonlyMap<string, ToxicType> = new Map(
  [bandwidth, latency, limitData, noop, resetPeer, slicer, slowClose, timeout, twinDelay, twinHold].map((type) => [
    type.type,
    type,
  ]),
);
