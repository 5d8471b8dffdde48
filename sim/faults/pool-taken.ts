/**
 * A pooler in transaction mode whose servers are all taken: somebody has begun as many transactions as it has servers, and
 * leaves them open. Its other clients are let in, and wait in line with their first statement.
 * @see pgbouncer doc/config.md: pool_mode transaction, default_pool_size, query_wait_timeout
 */
import { z } from 'zod';
import { POOLER_SERVERS } from '../behaviour/pooler.ts';
import { place } from '../../topology/schema.ts';
import { allOf, nodesOf, seenAt, type Fault } from './fault.ts';

const params = z.strictObject({
  place,
  port: z.number().int(),
  /** How many transactions are left open; absent: as many as its host gives servers to a user. */
  transactions: z.number().int().positive().optional(),
});

/** Longer than a log-in and a statement from another continent. */
const PATIENCE_MS = 5_000;

export const poolTaken: Fault<z.infer<typeof params>> = {
  id: 'pool-taken',
  title: ({ place: where, transactions = POOLER_SERVERS }) =>
    `${where} has no server free in its pool: ${transactions} transactions are left open`,
  params,
  needs: ['pooler', 'sql'],
  async apply(stage, cluster, { place: where, port, transactions = POOLER_SERVERS }) {
    const [from] = nodesOf(cluster.places);
    if (from === undefined) return allOf([]);
    const asked = Array.from({ length: transactions }, () =>
      stage.prober.converse(from, { place: where, port }, 'sql'),
    );
    // Those that are to be had: whether they are all there are is what the witnesses see.
    const sessions = (await Promise.allSettled(asked)).flatMap((one) =>
      one.status === 'fulfilled' ? [one.value] : [],
    );
    await Promise.all(sessions.map((one) => one.ask({ ask: 'sql', text: 'BEGIN' }, PATIENCE_MS)));
    return allOf(sessions);
  },
  /** Whoever is let in waits for his first answer. */
  witnesses: (view, { place: where, port }) =>
    view.nodes.map((from) => ({
      ...seenAt(from, { place: where, port }),
      question: { ask: 'sql', text: 'SELECT 1' },
      during: ['reply-silent'],
    })),
};
