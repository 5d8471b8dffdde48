/** The shape of one measurable reading, for scenarios as they are written and for summaries as they are read. */
import { z } from 'zod';
import type { Predicate } from '../runtimes/entries.ts';

export const predicateSchema = z.strictObject({
  measure: z.enum([
    'share-ok',
    'share-failed',
    'share-status',
    'longest-spell',
    'share-cache-hit',
    'share-at-edge',
    'share-led-away',
    'share-by-each-revision',
    'latency-p95',
    'latency-added-p50',
    'recovery-time',
    'writes-lost',
    'jobs-lost',
  ] satisfies Predicate['measure'][]),
  where: z
    .strictObject({
      journey: z.string(),
      status: z.number().int(),
      connection: z.literal('new'),
      cache: z.literal('edge'),
      name: z.literal('asked'),
      afterMs: z.number().nonnegative(),
      by: z.enum(['itself', 'fallback']),
    })
    .partial()
    .optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  unit: z.enum(['share', 'ms']),
});
