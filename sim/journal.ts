/**
 * The ordered record of a run: JSON lines, one entry each. It is the only output of a run; every checker, verdict and
 * report is computed from it and can be computed again. Nothing that decides may read it while the run goes on.
 */
export const JOURNAL_VERSION = 1;

export interface JournalEntry {
  /** Cluster time since the play (or the run) began. */
  readonly atMs: number;
  readonly kind: string;
}
export interface Journal {
  append<E extends JournalEntry>(entry: E): void;
}

/** A journal that hands every entry to `sink`, for views and files. */
export const journalTo = (...sinks: ((entry: JournalEntry) => void)[]): Journal => ({
  append(entry) {
    for (const sink of sinks) sink(entry);
  },
});
