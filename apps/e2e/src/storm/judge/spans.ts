/** A part of the storm, ms from its beginning. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** How much of `span` any of the others covers, ms. */
export function overlapMs(others: readonly Span[], { fromMs, untilMs }: Span): number {
  let covered = 0;
  let reached = fromMs;
  for (const other of [...others].sort((a, b) => a.fromMs - b.fromMs)) {
    const begins = Math.max(reached, other.fromMs);
    const ends = Math.min(untilMs, other.untilMs);
    if (ends <= begins) continue;
    covered += ends - begins;
    reached = ends;
  }
  return covered;
}

/** Times longer than `limitMs` at which nothing was seen, up to `endMs`. */
export function gaps(seenMs: readonly number[], limitMs: number, endMs: number): readonly Span[] {
  return [0, ...seenMs]
    .map((fromMs, index) => ({ fromMs, untilMs: seenMs[index] ?? endMs }))
    .filter(({ fromMs, untilMs }) => untilMs - fromMs > limitMs);
}
