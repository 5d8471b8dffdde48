/**
 * asynq 0.26's task message and the effects of its scripts, on its keys, so that asynq's own tools can read the queue.
 * @see hibiken/asynq internal/proto/asynq.proto (fields), internal/rdb/rdb.go (what each script does)
 */
import { MAX_RETRY, type Job } from '../behaviour/queue.ts';

/** Field numbers of `TaskMessage`. */
const FIELD = {
  type: 1,
  payload: 2,
  id: 3,
  queue: 4,
  retry: 5,
  retried: 6,
  error: 7,
  timeout: 8,
  failedAt: 11,
} as const;
/** client.go: defaultTimeout (30 minutes). */
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

/** How a task's hands let go of it. */
const LET_GO = `
if redis.call('LREM', KEYS[1], 0, ARGV[1]) == 0 then return redis.error_reply('NOT FOUND') end
if redis.call('ZREM', KEYS[2], ARGV[1]) == 0 then return redis.error_reply('NOT FOUND') end`;
/** A failed attempt is counted as processed and as failed, that day and in all. KEYS from 5 on; ARGV[4] day's expiry in s. */
const COUNT_FAILURE = `
for n = 5, 6 do if redis.call('INCR', KEYS[n]) == 1 then redis.call('EXPIREAT', KEYS[n], ARGV[4]) end end
redis.call('INCR', KEYS[7])
redis.call('INCR', KEYS[8])
return 'OK'`;
/**
 * A failed task waits for its next attempt. KEYS active, lease, retry, task, processed that day, failed that day, processed,
 * failed; ARGV id, message, due in s, day's expiry in s.
 */
export const RETRY = `${LET_GO}
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[1])
redis.call('HSET', KEYS[4], 'msg', ARGV[2], 'state', 'retry')${COUNT_FAILURE}`;
/** It is given up, among the last 10,000 of 90 days. KEYS as `RETRY`, archived for retry; ARGV id, message, now in s, day's expiry in s, 90 days ago in s. */
export const ARCHIVE = `${LET_GO}
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ARGV[5])
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -10000)
redis.call('HSET', KEYS[4], 'msg', ARGV[2], 'state', 'archived')${COUNT_FAILURE}`;
/** It is given back and is the next to be taken. KEYS active, lease, pending, task; ARGV id. */
export const REQUEUE = `${LET_GO}
redis.call('RPUSH', KEYS[3], ARGV[1])
redis.call('HSET', KEYS[4], 'state', 'pending')
return 'OK'`;
/** Messages of tasks whose lease ended. KEYS lease; ARGV until, prefix of task keys. */
export const EXPIRED = `
local found = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])) do
  local message = redis.call('HGET', ARGV[2] .. id, 'msg')
  if message then table.insert(found, message) end
end
return found`;
/** What is due goes to the queue; how many did. KEYS scheduled or retry, pending; ARGV now in s, prefix of task keys, now in ns, how many at once. */
export const FORWARD = `
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[4])
for _, id in ipairs(ids) do
  redis.call('LPUSH', KEYS[2], id)
  redis.call('ZREM', KEYS[1], id)
  redis.call('HSET', ARGV[2] .. id, 'state', 'pending', 'pending_since', ARGV[3])
end
return #ids`;

/** What became of earlier attempts. */
interface Attempts {
  readonly retried: number;
  readonly maxRetry: number;
  readonly error: string;
  readonly failedAtSeconds: number;
}

/** A task on the queue `default`, as protobuf. */
export function encodeTask({ id, type, payload }: Pick<Job, 'id' | 'type' | 'payload'>, attempts?: Attempts): Buffer {
  return Buffer.concat([
    text(FIELD.type, type),
    text(FIELD.payload, payload),
    text(FIELD.id, id),
    text(FIELD.queue, 'default'),
    number(FIELD.retry, attempts?.maxRetry ?? MAX_RETRY),
    ...(attempts === undefined ? [] : [number(FIELD.retried, attempts.retried), text(FIELD.error, attempts.error)]),
    number(FIELD.timeout, TIMEOUT_SECONDS),
    ...(attempts === undefined ? [] : [number(FIELD.failedAt, Math.floor(attempts.failedAtSeconds))]),
  ]);
}

/** The job in a task message; fields that it does not need are passed over. */
export function decodeTask(message: Buffer): Job {
  const texts = new Map<number, string>();
  const numbers = new Map<number, number>();
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
    if ((tag & 7) === 0) numbers.set(tag >> 3, next());
    else if ((tag & 7) === 2) {
      const length = next();
      texts.set(tag >> 3, message.toString('utf8', at, at + length));
      at += length;
    } else throw new Error(`a task message holds wire type ${tag & 7}`);
  }
  return {
    id: texts.get(FIELD.id) ?? '',
    type: texts.get(FIELD.type) ?? '',
    payload: texts.get(FIELD.payload) ?? '',
    // Zero is what protobuf leaves out.
    retried: numbers.get(FIELD.retried) ?? 0,
    maxRetry: numbers.get(FIELD.retry) ?? 0,
  };
}

const number = (field: number, value: number): Buffer => Buffer.concat([varint((field << 3) | 0), varint(value)]);
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
