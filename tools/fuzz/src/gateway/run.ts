import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { attacks } from './attacks';
import { play } from './client';
import { scripts, type Script } from './connections';
import { problemOf } from './judge';
import { MARK } from './odd-parts';
import { frameAttacks } from './http2/attacks';
import { playFrames } from './http2/client';
import { frameScripts } from './http2/connections';
import { framesProblem } from './http2/judge';
import type { FrameScript } from './http2/script';
import type { Recorded } from './recorder';
import type { Front, FuzzFixture } from './fixture';

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
  readonly script: Script | FrameScript;
  times: number;
}

export interface Outcome {
  readonly connections: number;
  readonly delivered: number;
  readonly ends: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  /** The most memory that a gateway had, MiB. */
  readonly mostMib: number;
  readonly failures: readonly Failure[];
}

const AT_ONCE = 64;
/** Well above the limits of the gateway for heads and idle callers, on a busy machine. */
const LIMIT_MS = 30_000;
const MOST_FAILURES = 20;
const LOG_EVERY = 1_000;
const MEMORY_MS = 500;
/** One of so many connections is one of HTTP/2. */
const FRAMES_EVERY = 4;
/** Connections between two proper requests that have to be served whatever went on. */
const CANARY_EVERY = 100;

/** Plays the known attacks and the connections of a seed, many at a time, and judges each. */
export async function run(fixture: FuzzFixture, plan: Plan, log: (line: string) => void): Promise<Outcome> {
  return new Run(fixture, plan, log).all();
}

interface Task {
  readonly name: string;
  readonly front: Front;
  readonly script: Script | FrameScript;
}

class Run {
  private readonly ends = new Map<string, number>();
  private readonly failures = new Map<string, Failure>();
  private slowestMs = 0;
  private mostMib = 0;
  private played = 0;
  private marks = 0;
  private delivered = 0;

  constructor(
    private readonly fixture: FuzzFixture,
    private readonly plan: Plan,
    private readonly log: (line: string) => void,
  ) {}

  async all(): Promise<Outcome> {
    const tasks = this.tasks();
    const memory = setInterval(() => this.weigh(), MEMORY_MS);
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.some(tasks)));
    for (const front of this.fixture.fronts) await this.canary(front);
    this.strays();
    clearInterval(memory);
    this.weigh();
    return {
      connections: this.played,
      delivered: this.delivered,
      ends: Object.fromEntries([...this.ends].sort()),
      slowestMs: this.slowestMs,
      mostMib: this.mostMib,
      failures: [...this.failures.values()],
    };
  }

  private *tasks(): Generator<Task> {
    const { fronts } = this.fixture;
    const { only, connections, seed } = this.plan;
    if (only === undefined)
      for (const front of fronts)
        for (const { name, script } of [...attacks(front.names), ...frameAttacks(front.names)])
          yield { name, front, script };
    const arbitraries = fronts.map(({ names }) => ({ text: scripts(names), frames: frameScripts(names) }));
    for (let number = only ?? 0; number < (only === undefined ? connections : only + 1); number += 1) {
      const front = fronts[number % fronts.length];
      const made = arbitraries[number % fronts.length];
      if (front === undefined || made === undefined) return;
      const ofFrames = Math.floor(number / fronts.length) % FRAMES_EVERY === FRAMES_EVERY - 1;
      const script = ofFrames ? scriptOf(made.frames, seed, number) : scriptOf(made.text, seed, number);
      yield { name: String(number), front, script };
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
    const { played, problem: found } = await this.perform(marked, front, marker);
    this.ends.set(played.end, (this.ends.get(played.end) ?? 0) + 1);
    this.slowestMs = Math.max(this.slowestMs, played.ms);
    const problem = found ?? this.crashOf(front);
    if (this.plan.only !== undefined) this.log(JSON.stringify(played, null, 2));
    if (problem !== undefined)
      this.note({ name, form: front.form, problem, script: marked, times: 1 }, marker);
  }

  private async perform(script: Script | FrameScript, { port, naming }: Front, marker: string) {
    if (isFrames(script)) {
      const played = await playFrames(port, script, LIMIT_MS);
      return { played, problem: framesProblem(played, this.take(marker), script) };
    }
    const played = await play(port, script, LIMIT_MS);
    return { played, problem: problemOf(played, this.take(marker), naming) };
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

  private weigh(): void {
    for (const { server } of this.fixture.fronts)
      this.mostMib = Math.max(this.mostMib, residentMib(server.pid));
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
    const all = this.fixture.pods.flatMap(({ requests }) => {
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
    for (const { requests, malformed } of this.fixture.pods) {
      const stray = (requests.get('') ?? []).map(({ request }) => `${request.method} ${request.target}`);
      for (const problem of [...malformed, ...stray])
        this.note(
          { name: 'stray', form: 'path', problem, script: { bytes: '', cuts: [], ending: 'gone' }, times: 1 },
          '',
        );
    }
  }
}

const isFrames = (script: Script | FrameScript): script is FrameScript => 'workloads' in script;

/** Memory of a process, MiB; 0 where it has ended. */
function residentMib(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024);
  } catch {
    return 0;
  }
}

/** Connection number so-and-so of a seed: the same on every machine. */
const scriptOf = <S extends Script | FrameScript>(
  arbitrary: fc.Arbitrary<S>,
  seed: number,
  number: number,
): S => {
  const [made] = fc.sample(arbitrary, { seed: (Math.imul(seed, 0x9e3779b1) + number) | 0, numRuns: 1 });
  if (made === undefined) throw new Error('there is no connection');
  return made;
};
