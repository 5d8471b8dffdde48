/**
 * A journal played by hand, cut into episodes: one for each time something was broken, with what was before and after it,
 * in the shape of a scenario's play. So every checker and drawing takes it as it takes a rehearsal. Pure.
 *
 *   steps    warm-up ─ before ─ during ─ after ─ before ─ during ─ after ─ before
 *   episodes └───────── 1 ──────────────────────┘
 *                              (before of 2: what follows 1's fault) ──── 2 ─────┘
 */
import type { Entry, PlayedEntry, PlayEntry, StepEntry } from '../runtimes/entries.ts';

const dueMs = (entry: PlayedEntry): number => (entry.kind === 'request' ? entry.outcome.atMs : entry.atMs);
/** Said once of the whole play; each episode takes it along. */
const WHOLE: readonly PlayedEntry['kind'][] = ['ready', 'contract', 'load', 'readback', 'host', 'play-end'];

interface Episode {
  readonly fromMs: number;
  readonly toMs: number;
  readonly steps: readonly StepEntry[];
}

/**
 * The steps without each `during` in which nothing was broken: it was refused when it was done, and is no failure.
 * What a person named and did counts from then on; a fault until it is healed.
 */
function stepsOf(played: readonly PlayedEntry[]): StepEntry[] {
  const inForce = new Set<string>();
  const idle = new Set<StepEntry>();
  let now: StepEntry | undefined;
  for (const entry of played) {
    if (entry.kind === 'step') now = entry;
    if (entry.kind === 'step' && entry.phase === 'during') idle.add(entry);
    if (entry.kind === 'fault' && entry.state === 'healed') inForce.delete(entry.as);
    else if (entry.kind === 'fault') inForce.add(entry.as);
    const isNamed = entry.kind === 'operation' && entry.as !== undefined;
    if (now !== undefined && (inForce.size > 0 || isNamed)) idle.delete(now);
  }
  return played.filter((entry): entry is StepEntry => entry.kind === 'step' && !idle.has(entry));
}

/** Runs of `during` steps, each with the steps before it (back to the last fault's end) and after it (up to the next fault). */
function episodesIn(steps: readonly StepEntry[]): Episode[] {
  const starts = steps.flatMap((step, index) =>
    step.phase === 'during' && steps[index - 1]?.phase !== 'during' ? [index] : [],
  );
  return starts.map((start, k) => {
    const endOfLast = k === 0 ? 0 : steps.findLastIndex((step, index) => index < start && step.phase === 'during') + 1;
    const next = starts[k + 1] ?? steps.length;
    const before = steps.slice(endOfLast, start);
    // What followed the last fault is this one's "before": only from when users were served again, where that was seen.
    const settled = before.filter((step) => step.phase === 'before');
    const lead = k === 0 ? before : as('before', settled.length > 0 ? settled : before);
    const own = [...lead, ...as('after', steps.slice(start, next), 'before')];
    return { fromMs: own[0]?.atMs ?? 0, toMs: steps[next]?.atMs ?? Infinity, steps: own };
  });
}
/** The same steps in this phase: all of them, or those of one phase. */
const as = (phase: StepEntry['phase'], steps: readonly StepEntry[], only?: StepEntry['phase']): StepEntry[] =>
  steps.map((step) => (only === undefined || step.phase === only ? { ...step, phase } : step));

function entriesOfEpisode(played: readonly PlayedEntry[], play: string, episode: Episode): PlayedEntry[] {
  const readyAt = played.findIndex((entry) => entry.kind === 'ready');
  const within = played.filter((entry, index) => {
    if (entry.kind === 'step') return false;
    if (WHOLE.includes(entry.kind)) return true;
    // Bring-up has another zero of time: it belongs to the first episode.
    if (index < readyAt) return episode.fromMs === 0;
    return dueMs(entry) >= episode.fromMs && dueMs(entry) < episode.toMs;
  });
  // What is said of the whole lies within the episode: its last window ends where the next one's fault begins.
  return [...episode.steps, ...within].map((entry) => ({ ...entry, play, atMs: Math.min(entry.atMs, episode.toMs) }));
}

/** The same entries; those of a play by hand as one play for each episode, or one play without any fault. */
export function inEpisodes(entries: readonly Entry[]): readonly Entry[] {
  const run = entries.find((entry) => entry.kind === 'run');
  const play = entries.find((entry): entry is PlayEntry => entry.kind === 'play');
  if (run?.mode !== 'by-hand' || play === undefined) return entries;
  const played = entries.filter((entry): entry is PlayedEntry => 'play' in entry && entry.kind !== 'play');
  const episodes = episodesIn(stepsOf(played));
  if (episodes.length === 0) return entries;
  const ends = entries.filter((entry) => entry.kind === 'run-end');
  const plays = episodes.flatMap((episode, index): Entry[] => {
    const title = episode.steps.find((step) => step.phase === 'during')?.step ?? play.title;
    const variant = `${index + 1}`;
    const name = `${play.scenario}/${variant}`;
    return [{ ...play, play: name, variant, title }, ...entriesOfEpisode(played, name, episode)];
  });
  return [run, ...plays, ...ends];
}
