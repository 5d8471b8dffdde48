/**
 * asynq 0.26's task message and the effects of its scripts, on its keys, so that asynq's own tools can read the queue.
 * @see hibiken/asynq internal/proto/asynq.proto (fields), internal/rdb/rdb.go (what each script does)
 */

/** Field numbers of `TaskMessage`. */
const FIELD = { type: 1, payload: 2, id: 3, queue: 4, retry: 5, timeout: 8 } as const;
/** client.go: defaultMaxRetry and defaultTimeout (30 minutes). */
const MAX_RETRY = 25;
const TIMEOUT_SECONDS = 1_800;

/** Takes a task id twice for a conflict; 1 when the task is queued. KEYS task, pending; ARGV message, id, now in ns. */
export const ENQUEUE = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'msg', ARGV[1], 'state', 'pending', 'pending_since', ARGV[3])
redis.call('LPUSH', KEYS[2], ARGV[2])
return 1`;
/** The oldest pending task's message, or nil. KEYS pending, paused, active, lease; ARGV lease's end in s, prefix of task keys. */
export const DEQUEUE = `
if redis.call('EXISTS', KEYS[2]) == 1 then return nil end
local id = redis.call('RPOPLPUSH', KEYS[1], KEYS[3])
if not id then return nil end
local task = ARGV[2] .. id
redis.call('HSET', task, 'state', 'active')
redis.call('HDEL', task, 'pending_since')
redis.call('ZADD', KEYS[4], ARGV[1], id)
return redis.call('HGET', task, 'msg')`;
/** Removes a finished task and counts it. KEYS active, lease, task, processed, processed that day; ARGV id, day's expiry in s. */
export const DONE = `
if redis.call('LREM', KEYS[1], 0, ARGV[1]) == 0 then return redis.error_reply('NOT FOUND') end
if redis.call('ZREM', KEYS[2], ARGV[1]) == 0 then return redis.error_reply('NOT FOUND') end
if redis.call('DEL', KEYS[3]) == 0 then return redis.error_reply('NOT FOUND') end
if redis.call('INCR', KEYS[5]) == 1 then redis.call('EXPIREAT', KEYS[5], ARGV[2]) end
redis.call('INCR', KEYS[4])
return 'OK'`;

/** A task on the queue `default`, as protobuf. `type` is the payload's own, as our api writes it. */
export function encodeTask(id: string, payload: string): Buffer {
  const { type } = JSON.parse(payload) as { type: string };
  return Buffer.concat([
    text(FIELD.type, type),
    text(FIELD.payload, payload),
    text(FIELD.id, id),
    text(FIELD.queue, 'default'),
    varint((FIELD.retry << 3) | 0),
    varint(MAX_RETRY),
    varint((FIELD.timeout << 3) | 0),
    varint(TIMEOUT_SECONDS),
  ]);
}

/** Id and payload of a task message; other fields are passed over. */
export function decodeTask(message: Buffer): { readonly id: string; readonly payload: string } {
  const texts = new Map<number, string>();
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = message[at++];
      if (byte === undefined) throw new Error('a task message ends in the middle');
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = next();
    if ((tag & 7) === 0) next();
    else if ((tag & 7) === 2) {
      const length = next();
      texts.set(tag >> 3, message.toString('utf8', at, at + length));
      at += length;
    } else throw new Error(`a task message holds wire type ${tag & 7}`);
  }
  return { id: texts.get(FIELD.id) ?? '', payload: texts.get(FIELD.payload) ?? '' };
}

function text(field: number, value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}
