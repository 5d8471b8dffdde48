import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Deadlines } from '../../../sim/parts/toxiproxy/deadlines.ts';
import { Link } from '../../../sim/parts/toxiproxy/link.ts';
import { TOXIC_TYPES } from '../../../sim/parts/toxiproxy/toxics/index.ts';
import type { Toxic } from '../../../sim/parts/toxiproxy/toxics/toxic.ts';

function toxicOf(type: string, attributes: Record<string, number> = {}): Toxic {
  const definition = TOXIC_TYPES.get(type);
  if (!definition) throw new Error(`${type} is not registered`);
  return { name: type, stream: 'upstream', direction: 'upstream', definition, attributes, toxicity: 1 };
}
const hold = (): Toxic => toxicOf('twin_hold');

/** A link between two sockets that only note what is done to them. */
function linked(toxics: readonly Toxic[]) {
  const notes: string[] = [];
  const source = { pause: () => notes.push('pause'), resume: () => notes.push('resume') } as unknown as Socket;
  const dest = {
    destroyed: false,
    writableNeedDrain: false,
    write: (data: Buffer) => {
      notes.push(data.toString());
      return !(dest as unknown as Socket).writableNeedDrain;
    },
  };
  const deadlines = new Deadlines();
  const onEnd = (how: string): void => void notes.push(how);
  const link = new Link({ direction: 'upstream', ordinal: 1, source, dest: dest as never, toxics, deadlines, onEnd });
  return { link, notes, dest, deadlines };
}

test('a link whose toxic is full reads its source no further, and reads on when the toxic has let go', async () => {
  const toxic = hold();
  const { link, notes, deadlines } = linked([toxic]);
  link.receive(Buffer.from('a'));
  expect(notes).toEqual([]);
  link.receive(Buffer.from('b'));
  expect(notes).toEqual(['pause']);
  link.removeToxic(toxic);
  expect(notes).toEqual(['pause', 'a', 'b', 'resume']);
  await deadlines.close();
});

test('a link without toxics reads no further while its destination is full', async () => {
  const { link, notes, dest, deadlines } = linked([]);
  dest.writableNeedDrain = true;
  link.receive(Buffer.from('a'));
  link.relieve();
  expect(notes).toEqual(['a', 'pause']);
  dest.writableNeedDrain = false;
  link.relieve();
  link.relieve();
  expect(notes).toEqual(['a', 'pause', 'resume']);
  await deadlines.close();
});

test('toxics see chunks of at most 32 KiB, as from Go (io.Copy)', async () => {
  const toxic = hold();
  const { link, notes, deadlines } = linked([toxic]);
  link.receive(Buffer.alloc(65_536 + 1, 'x'));
  link.removeToxic(toxic);
  expect(notes.filter((note) => note.startsWith('x')).map((note) => note.length)).toEqual([32_768, 32_768, 1]);
  await deadlines.close();
});

test('a toxic that goes passes on what the one before it had in hand, ahead of all that comes later (facts 6.3, order kept)', async () => {
  const [first, second] = [10_000, 60_000].map((latency) => toxicOf('latency', { latency, jitter: 0 }));
  if (!first || !second) throw new Error('two toxics');
  const { link, notes, deadlines } = linked([first, second]);
  link.receive(Buffer.from('a'));
  link.removeToxic(second);
  link.receive(Buffer.from('b'));
  link.removeToxic(first);
  expect(notes).toEqual(['a', 'b']);
  await deadlines.close();
});

test('an end waits behind what a toxic holds, and is passed on once', async () => {
  const toxic = hold();
  const { link, notes, deadlines } = linked([toxic]);
  link.receive(Buffer.from('a'));
  link.sourceEnded('fin');
  expect(notes).toEqual([]);
  link.removeToxic(toxic);
  link.sourceEnded('fin');
  expect(notes).toEqual(['a', 'fin']);
  await deadlines.close();
});
