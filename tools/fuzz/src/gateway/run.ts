import fc from 'fast-check';
import { attacks } from './attacks';
import { play } from './client';
import { scripts, type Script } from './connections';
import { problemOf } from './judge';
import { MARK } from './odd-parts';
import type { Recorded } from './recorder';
import type { Front, FuzzStage } from './stage';

export interface Plan {
  readonly seed: number;
  readonly connections: number;
  /** Only this one connection of the seed. */
  readonly only?: number;
}

/** The first of the failures that look alike. */
export interface Failure {
  readonly name: string;
  readonly form: Front['form'];
  readonly problem: string;
  readonly script: Script;
  times: number;
}

export interface Outcome {
  readonly connections: number;
  readonly delivered: number;
  readonly ends: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  readonly failures: readonly Failure[];
}

const AT_ONCE = 64;
/** Well above the limits of the gateway for heads and idle callers, on a busy machine. */
const LIMIT_MS = 10_000;
const MOST_FAILURES = 20;
const LOG_EVERY = 1_000;
/** Connections between two proper requests that have to be served whatever went on. */
const CANARY_EVERY = 100;

/** Plays the known attacks and the connections of a seed, many at a time, and judges each. */
export async function run(stage: FuzzStage, plan: Plan, log: (line: string) => void): Promise<Outcome> {
  return new Run(stage, plan, log).all();
}

interface Task {
  readonly name: string;
  readonly front: Front;
  readonly script: Script;
}

class Run {
  private readonly ends = new Map<string, number>();
  private readonly failures = new Map<string, Failure>();
  private slowestMs = 0;
  private played = 0;
  private marks = 0;
  private delivered = 0;

  constructor(
    private readonly stage: FuzzStage,
    private readonly plan: Plan,
    private readonly log: (line: string) => void,
  ) {}

  async all(): Promise<Outcome> {
    const tasks = this.tasks();
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.some(tasks)));
    for (const front of this.stage.fronts) await this.canary(front);
    this.strays();
    return {
      connections: this.played,
      delivered: this.delivered,
      ends: Object.fromEntries([...this.ends].sort()),
      slowestMs: this.slowestMs,
      failures: [...this.failures.values()],
    };
  }

  private *tasks(): Generator<Task> {
    const { fronts } = this.stage;
    const { only, connections, seed } = this.plan;
    if (only === undefined)
      for (const front of fronts)
        for (const { name, script } of attacks(front.names)) yield { name, front, script };
    const arbitraries = fronts.map(({ names }) => scripts(names));
    for (let number = only ?? 0; number < (only === undefined ? connections : only + 1); number += 1) {
      const front = fronts[number % fronts.length];
      const arbitrary = arbitraries[number % fronts.length];
      if (front === undefined || arbitrary === undefined) return;
      yield { name: String(number), front, script: scriptOf(arbitrary, seed, number) };
    }
  }

  private async some(tasks: Generator<Task>): Promise<void> {
    for (const task of tasks) {
      if (this.failures.size >= MOST_FAILURES) return;
      this.played += 1;
      if (this.played % LOG_EVERY === 0) this.log(`${this.played} connections`);
      await this.one(task);
      if (this.played % CANARY_EVERY === 0) await this.canary(task.front);
    }
  }

  private async one({ name, front, script }: Task): Promise<void> {
    const marker = this.marker();
    const marked = { ...script, bytes: script.bytes.replaceAll(MARK, marker) };
    const played = await play(front.port, marked, LIMIT_MS);
    this.ends.set(played.end, (this.ends.get(played.end) ?? 0) + 1);
    this.slowestMs = Math.max(this.slowestMs, played.ms);
    const problem = problemOf(played, this.take(marker), front.naming) ?? this.crashOf(front);
    if (this.plan.only !== undefined) this.log(JSON.stringify(played, null, 2));
    if (problem !== undefined)
      this.note({ name, form: front.form, problem, script: marked, times: 1 }, marker);
  }

  /** A proper request to each workload is answered by its pod. */
  private async canary(front: Front): Promise<void> {
    for (const workload of front.names.workloads) {
      const marker = this.marker();
      const bytes = `GET ${front.names.prefix(workload)}/${marker} HTTP/1.1\r\nHost: ${front.names.host(workload)}\r\n\r\n`;
      const script: Script = { bytes, cuts: [], ending: 'wait' };
      const played = await play(front.port, script, LIMIT_MS);
      const recorded = this.take(marker);
      const problem =
        problemOf(played, recorded, front.naming) ??
        (recorded.length === 1 ? this.crashOf(front) : `a proper request is not served: ${played.received}`);
      if (problem !== undefined)
        this.note({ name: 'proper request', form: front.form, problem, script, times: 1 }, marker);
    }
  }

  private marker(): string {
    this.marks += 1;
    return `m${String(this.marks).padStart(7, '0')}`;
  }

  private crashOf({ server }: Front): string | undefined {
    const how = server.endedHow();
    return how === undefined ? undefined : `the gateway ended (${how}): ${server.logTail().slice(-1_000)}`;
  }

  /** What arrived of the connection with that marker so far. */
  private take(marker: string): readonly Recorded[] {
    const all = this.stage.pods.flatMap(({ requests }) => {
      const found = requests.get(marker) ?? [];
      requests.delete(marker);
      return found;
    });
    this.delivered += all.length;
    return all;
  }

  private note(failure: Failure, marker: string): void {
    const kind = `${failure.form} ${failure.problem.replaceAll(marker, '').slice(0, 60)}`;
    const known = this.failures.get(kind);
    if (known === undefined) this.failures.set(kind, failure);
    else known.times += 1;
  }

  /** What arrived malformed, or without the marker of a connection. */
  private strays(): void {
    for (const { requests, malformed } of this.stage.pods) {
      const stray = (requests.get('') ?? []).map(({ request }) => `${request.method} ${request.target}`);
      for (const problem of [...malformed, ...stray])
        this.note(
          { name: 'stray', form: 'path', problem, script: { bytes: '', cuts: [], ending: 'gone' }, times: 1 },
          '',
        );
    }
  }
}

/** Connection number so-and-so of a seed: the same on every machine. */
const scriptOf = (arbitrary: fc.Arbitrary<Script>, seed: number, number: number): Script => {
  const [made] = fc.sample(arbitrary, { seed: (Math.imul(seed, 0x9e3779b1) + number) | 0, numRuns: 1 });
  if (made === undefined) throw new Error('there is no connection');
  return made;
};
