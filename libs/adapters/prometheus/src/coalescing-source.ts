import type { SeriesRead, SeriesSource } from '@tessera/application-measuring';
import type { Expression, SampleTimes } from '@tessera/domain-measurement';
import { toPromQl } from './promql';

export interface CoalescingSourceOptions {
  /** How long an answer is cached for further readers, ms. */
  readonly keepMs: number;
  /** Maximum number of cached values, over all answers; default 500,000. */
  readonly maxPoints?: number;
  /** A monotonic clock, ms. */
  readonly now?: () => number;
}

interface Answer {
  readonly read: Promise<SeriesRead>;
  readonly until: number;
  points: number;
}

const MAX_POINTS = 500_000;

/**
 * Sends one query for readers that ask the same concurrently, and caches the answer for `keepMs`. A query contains its
 * scope, and the permission for that scope is checked before every request, so readers share only answers that each of
 * them may have. Failures are not cached.
 */
export class CoalescingSource implements SeriesSource {
  private readonly answers = new Map<string, Answer>();
  private points = 0;

  constructor(
    private readonly source: SeriesSource,
    private readonly options: CoalescingSourceOptions,
  ) {}

  range(expression: Expression, times: SampleTimes): Promise<SeriesRead> {
    this.forgetOld();
    const key = `${times.start} ${times.end} ${times.step} ${toPromQl(expression)}`;
    return (this.answers.get(key) ?? this.ask(key, expression, times)).read;
  }

  private ask(key: string, expression: Expression, times: SampleTimes): Answer {
    const read = this.source.range(expression, times);
    const answer: Answer = { read, until: this.now() + this.options.keepMs, points: 0 };
    this.answers.set(key, answer);
    read.then(
      ({ series }) => this.measured(key, answer, series),
      () => this.forget(key, answer),
    );
    return answer;
  }

  private measured(key: string, answer: Answer, series: SeriesRead['series']): void {
    if (this.answers.get(key) !== answer) return;
    answer.points = series.reduce((sum, { points }) => sum + points.length, 0);
    this.points += answer.points;
    for (const [oldest, of] of this.answers) {
      if (this.points <= (this.options.maxPoints ?? MAX_POINTS)) return;
      if (of.points > 0) this.forget(oldest, of);
    }
  }

  /** Answers are in the order in which they were asked for. */
  private forgetOld(): void {
    for (const [key, answer] of this.answers) {
      if (answer.until > this.now()) return;
      this.forget(key, answer);
    }
  }

  private forget(key: string, answer: Answer): void {
    if (this.answers.get(key) !== answer) return;
    this.answers.delete(key);
    this.points -= answer.points;
  }

  private now(): number {
    return (this.options.now ?? (() => performance.now()))();
  }
}
