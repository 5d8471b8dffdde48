/**
 * The shape of summary.json, as a zod schema; summary.schema.json is made from it by
 * `node reports/summary-schema.ts > reports/summary.schema.json`. Keys whose value is unknown are absent.
 */
import { z } from 'zod';
import { predicateSchema } from '../sim/scenario/predicate.ts';
import type { RunSummary } from '../sim/scenario/summary.ts';

const text = z.string();
const ms = z.number();
const whole = z.number().int().nonnegative();
const tally = z.record(z.string(), whole);
const texts = z.array(z.string());

const verdict = z
  .enum(['confirmed', 'refuted', 'inconclusive'])
  .meta({ description: 'Is the book right? confirmed = right, refuted = WRONG, inconclusive = not proven.' });
const pain = z
  .enum(['none', 'low', 'medium', 'high', 'outage', 'loss', 'unknown'])
  .meta({ description: 'How bad it was for users; loss: acknowledged data or jobs are gone.' });
const since = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('same'), reason: text.optional(), since: text.optional() }),
    z.strictObject({ kind: z.literal('changed'), was: text }),
    z.strictObject({ kind: z.literal('new') }),
    z.strictObject({ kind: z.literal('not-compared') }),
  ])
  .meta({ description: 'Against the file of expectations.' });
const interval = z
  .strictObject({ low: z.number(), high: z.number() })
  .meta({ description: '95 % interval: of a share, or of a median in milliseconds.' });
const phase = z.enum(['warm-up', 'before', 'during', 'after']);

const counts = z.strictObject({
  exposed: whole.meta({ description: 'Requests the statement is about.' }),
  ok: whole,
  fail: whole,
  unknown: whole.meta({ description: 'Requests that may have been done.' }),
  inTime: whole.meta({ description: "Right answers within the users' patience." }),
  excluded: whole.meta({
    description: 'Left out of every share: due while an idle wait was shortened or the twin stood still.',
  }),
  byStatus: tally,
  byProducer: tally,
});
const finding = z.strictObject({
  predicate: predicateSchema.optional().meta({ description: 'Absent for a latency figure, which is read as a whole.' }),
  reading: text,
  seen: text,
  value: z.number().optional(),
  interval95: interval.optional(),
  holds: z.boolean().optional(),
});
const proofOfFault = z.strictObject({
  before: z.boolean().optional(),
  during: z.boolean().optional(),
  after: z.boolean().optional(),
  lines: z.array(z.strictObject({ atMs: ms, stage: z.enum(['before', 'during', 'after']), text, holds: z.boolean() })),
});
const statement = z.strictObject({
  id: text.meta({ description: 'scenario/variant/about, of a figure its name instead: the key of expectations.' }),
  scenario: text,
  variant: text,
  about: z.enum(['sees', 'recovers', 'figure']),
  sentence: text,
  source: z.strictObject({ file: text, line: whole }),
  reading: texts,
  unread: texts,
  verdict,
  judged: z.boolean().meta({ description: 'false: the baseline was not steady, so the verdict says nothing.' }),
  reason: text,
  next: text.optional(),
  findings: z.array(finding),
  counts,
  interval95: interval.optional(),
  proofOfFault,
  pain,
  judgedOn: texts,
  since,
  repro: text.meta({ description: 'The command that plays it again.' }),
});
const unmentioned = z.strictObject({ id: text, variant: text, sentence: text, pain, since, requestIds: texts });
const ledger = z.strictObject({
  acknowledgedWrites: whole,
  foundWrites: whole,
  lostWrites: texts,
  doubledWrites: texts,
  phantomWrites: texts,
  unknownWrites: whole,
  unknownWritesFound: whole,
  acceptedJobs: whole,
  jobsSeen: z.boolean().meta({ description: 'One that was accepted before the fault ran: only then can any be lost.' }),
  lostJobs: texts,
  doubledJobs: texts,
  phantomJobs: texts,
});
const journey = z.strictObject({
  counts,
  p50Ms: ms.optional(),
  p95Ms: ms.optional(),
  maxMs: ms.optional(),
  cacheHits: whole,
});
const budget = z.array(
  z.strictObject({
    way: text.meta({ description: "The document's label, or the journey where it has no figure." }),
    connection: z.enum(['warm', 'cold']).meta({ description: 'cold: each long leg was opened for the request.' }),
    book: z
      .strictObject({
        statement: text.meta({ description: 'Id of the statement about it.' }),
        text,
        physics: z
          .enum(['impossible', 'faster than straight fibre'])
          .optional()
          .meta({ description: "The figure's upper end below light in vacuum, or between that and straight fibre." }),
      })
      .optional(),
    floorsMs: z.strictObject({ vacuum: ms, fibre: ms }).meta({
      description: 'One round trip on each leg of the way, along the great circle.',
    }),
    n: whole,
    twinMs: ms.optional().meta({ description: 'Median of these requests.' }),
    interval95: interval.optional(),
    counted: text,
    trips: z.array(
      z.strictObject({
        between: text,
        trips: whole.meta({ description: 'The usual count of round trips; counted, not assumed.' }),
        handshakes: whole.meta({ description: 'How many of them only opened a connection.' }),
        hits: whole.meta({ description: 'In how many of n requests it was so.' }),
        n: whole,
        rttMs: ms.meta({ description: 'The round trip that is assumed, by source.' }),
        source: text,
      }),
    ),
  }),
);
const play = z.strictObject({
  play: text,
  scenario: text,
  variant: text,
  title: text,
  layer: text,
  steady: z.boolean(),
  trouble: text.optional(),
  unproven: text
    .optional()
    .meta({ description: 'Why the fault of a variant that no statement is about is not proven.' }),
  saw: text,
  pain,
  phases: z.array(z.strictObject({ phase, fromMs: ms, toMs: ms, journeys: z.record(z.string(), journey) })),
  ledger,
  load: z.strictObject({ scheduled: whole, sent: whole, dropped: whole, lagP99Ms: ms }),
  parts: z.array(
    z.strictObject({
      role: text,
      kind: z.enum(['real', 'stand-in', 'from-documents', 'reference-app', 'own-app', 'arithmetic']),
      version: text,
    }),
  ),
  readyMs: ms,
  notModelled: texts,
  budget: budget.optional().meta({ description: 'Present where latency figures were judged.' }),
});
const scenario = z.strictObject({
  id: text,
  layer: text,
  title: text,
  asExpected: z.boolean().meta({ description: 'Nothing changed and nothing is new.' }),
  plays: z.array(play),
  statements: z.array(statement),
  unmentioned: z.array(unmentioned).meta({ description: 'What users saw and the document does not mention.' }),
});

export const summarySchema = z
  .strictObject({
    version: z.literal(1),
    runId: text,
    startedAt: text.meta({ description: 'Wall time, ISO 8601.' }),
    runtime: text,
    seed: z.number().int(),
    tempo: z.number().meta({ description: 'Idle waits are divided by it; whatever a user waits for is never scaled.' }),
    profile: text,
    rateRps: z.number(),
    mode: z.enum(['normal', 'placebo', 'sabotage', 'by-hand']),
    fast: z.literal(true).optional().meta({ description: 'Phases were cut to what proofs and counts need.' }),
    checked: z
      .literal(true)
      .optional()
      .meta({ description: "Somebody's document was checked: no expectations are on file for it." }),
    shard: text.optional().meta({ description: '2/3: only this part of all plays was played.' }),
    topology: z.strictObject({ id: text, title: text, nodes: whole }),
    api: text.meta({ description: '"reference", or the identity of the user\'s own api.' }),
    host: z.strictObject({
      cores: whole,
      memoryBytes: z.number(),
      platform: text,
      node: text,
      loadAverage: z.number(),
      lagP99Ms: ms,
    }),
    wallMs: ms,
    readyMs: ms.meta({
      description:
        'From the command, once its packages are there, until the first cluster was Ready; on the model in virtual time.',
    }),
    ended: z.enum(['complete', 'interrupted', 'failed']),
    scenarios: z.array(scenario),
    totals: z.strictObject({
      right: whole,
      wrong: whole,
      notProven: whole,
      notJudged: whole,
      missing: whole,
      changed: whole,
      fresh: whole,
    }),
    exitCode: whole,
    command: text,
    lastRun: z
      .strictObject({
        runId: text,
        startedAt: text,
        compared: whole.meta({
          description: 'Statements, and things the document does not mention, that both judged.',
        }),
        changes: z.array(z.strictObject({ id: text, was: text })),
      })
      .optional()
      .meta({
        description: 'Against the newest whole run before it of the same topology, runtime and api in the same folder.',
      }),
  })
  .meta({
    title: 'cluster-twin summary.json',
    description:
      'What a run came to. Durations end in Ms and are milliseconds of cluster time; wallMs and readyMs are wall time.',
  });

/** Type-checks only while the schema accepts whatever a summary may hold. */
export const accepts = (summary: RunSummary): z.input<typeof summarySchema> => summary as Mutable<RunSummary>;
type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

/** summary.schema.json, text with a newline at its end. */
export const renderSchema = (): string => `${JSON.stringify(z.toJSONSchema(summarySchema), undefined, 2)}\n`;

if (import.meta.main) process.stdout.write(renderSchema());
