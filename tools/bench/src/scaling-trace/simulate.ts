import { maybe } from '@tessera/kernel';
import type { Scaler } from './scalers';
import type { Arrival, WorkloadTrace } from './trace';

/** A first token within this is good, and very good, ms. */
const SLO_MS = 5_000;
const STRICT_MS = 1_000;
const SECOND_MS = 1_000;
/** Requests as a fluid leave crumbs. */
const CRUMB = 1e-9;

/** Sums over a run; the sums of several workloads add up. */
export interface Outcome {
  requests: number;
  /** First token in time. */
  inTime: number;
  inStrictTime: number;
  /** Came when no replica was ready. */
  cold: number;
  /** Wake-ups from zero. */
  coldStarts: number;
  /** Replicas that were started, those of wake-ups among them. */
  starts: number;
  /** Replicas that ran, were starting or ended their last requests, times hours. */
  replicaHours: number;
  /** Times that the number of replicas turned from growing to shrinking or back. */
  turns: number;
  /** Hours of the traces. */
  hours: number;
}

export const nothing = (): Outcome => ({
  requests: 0,
  inTime: 0,
  inStrictTime: 0,
  cold: 0,
  coldStarts: 0,
  starts: 0,
  replicaHours: 0,
  turns: 0,
  hours: 0,
});

/** Adds what came out of another run. */
export function add(sum: Outcome, one: Outcome): void {
  for (const key of Object.keys(sum) as (keyof Outcome)[]) sum[key] += one[key];
}

/**
 * Plays a trace on a simulated clock: requests wait in one queue, in order, for a place on a replica that is ready; a
 * replica is ready after `coldStart()` ms; one that goes takes no more and ends those it has. Starting replicas go first.
 */
export function simulate(trace: WorkloadTrace, scaler: Scaler, coldStart: () => number): Outcome {
  const run = new Run(trace, scaler, coldStart);
  while (run.step());
  run.outcome.hours = trace.lengthMs / 3_600_000;
  return run.outcome;
}

class Run {
  readonly outcome = nothing();
  private now = 0;
  private next = 0;
  private readonly waiting: { arrival: Arrival; left: number }[] = [];
  private head = 0;
  private waitingCount = 0;
  private serving = 0;
  private readonly ends: Float64Array;
  private ready: number;
  private readonly startingUntil: number[] = [];
  private lastRequestAt: number | undefined;
  private newestStart: number | undefined;
  private direction = 0;

  constructor(
    private readonly trace: WorkloadTrace,
    private readonly scaler: Scaler,
    private readonly coldStart: () => number,
  ) {
    const longest = trace.arrivals.reduce((most, { durationMs }) => Math.max(most, durationMs), 0);
    this.ends = new Float64Array(Math.ceil(longest / trace.stepMs) + 2);
    this.ready = scaler.startsWith;
  }

  /** One step of time; false at the end. */
  step(): boolean {
    if (this.now >= this.trace.lengthMs) return false;
    if (this.total === 0 && this.waitingCount === 0 && this.serving === 0 && this.sleep()) return true;
    this.becomeReady();
    this.end();
    this.arrive();
    this.serve();
    if (this.now % SECOND_MS === 0) this.scaler.sample(this.now, this.serving + this.waitingCount);
    const isWoken = this.total === 0 && this.waitingCount > 0;
    if (isWoken || this.now % this.scaler.tickMs === 0) this.decide();
    const busy = Math.ceil(this.serving / this.trace.slots - CRUMB);
    const running = Math.max(this.ready, busy) + this.startingUntil.length;
    this.outcome.replicaHours += (running * this.trace.stepMs) / 3_600_000;
    this.now += this.trace.stepMs;
    return true;
  }

  private get total(): number {
    return this.ready + this.startingUntil.length;
  }

  /** Nothing runs, nothing waits: on to the next request, or to the next tick where somebody knows what comes. */
  private sleep(): boolean {
    const { stepMs, arrivals, lengthMs, needed } = this.trace;
    const at = arrivals[this.next]?.at ?? lengthMs;
    const next = Math.floor(Math.min(at, lengthMs) / stepMs) * stepMs;
    if (next <= this.now || needed(this.now) > 0) return false;
    const until = Math.min(next, (Math.floor(this.now / 10_000) + 1) * 10_000);
    this.now = until;
    this.scaler.sample(until - SECOND_MS, 0);
    return true;
  }

  private becomeReady(): void {
    for (let index = this.startingUntil.length - 1; index >= 0; index -= 1) {
      if ((this.startingUntil[index] ?? 0) > this.now) continue;
      this.startingUntil.splice(index, 1);
      this.ready += 1;
    }
  }

  private end(): void {
    const slot = (this.now / this.trace.stepMs) % this.ends.length;
    const ended = this.ends[slot] ?? 0;
    if (ended === 0) return;
    this.serving = Math.max(0, this.serving - ended);
    if (this.serving < CRUMB) this.serving = 0;
    this.ends[slot] = 0;
    this.lastRequestAt = this.now;
  }

  private arrive(): void {
    const { arrivals, stepMs } = this.trace;
    for (;;) {
      const arrival = arrivals[this.next];
      if (arrival === undefined || arrival.at >= this.now + stepMs) return;
      this.next += 1;
      this.waiting.push({ arrival, left: arrival.count });
      this.waitingCount += arrival.count;
      this.outcome.requests += arrival.count;
      if (this.ready === 0) this.outcome.cold += arrival.count;
      this.lastRequestAt = this.now;
    }
  }

  private serve(): void {
    const { slots, stepMs } = this.trace;
    let free = this.ready * slots - this.serving;
    while (free > CRUMB && this.head < this.waiting.length) {
      const first = this.waiting[this.head];
      if (first === undefined) return;
      const { arrival } = first;
      const count = Math.min(free, first.left);
      const ttft = Math.max(0, this.now - arrival.at) + arrival.prefillMs;
      if (ttft <= SLO_MS) this.outcome.inTime += count;
      if (ttft <= STRICT_MS) this.outcome.inStrictTime += count;
      const steps = Math.max(1, Math.ceil(arrival.durationMs / stepMs));
      const slot = (this.now / stepMs + steps) % this.ends.length;
      this.ends[slot] = (this.ends[slot] ?? 0) + count;
      this.serving += count;
      this.waitingCount -= count;
      free -= count;
      first.left -= count;
      if (first.left > CRUMB) continue;
      this.head += 1;
    }
    if (this.head < this.waiting.length) return;
    this.waiting.length = this.head = 0;
    this.waitingCount = 0;
  }

  private decide(): void {
    const before = this.total;
    const wanted = this.scaler.decide({
      now: this.now,
      current: before,
      ready: this.ready,
      requests: this.serving + this.waitingCount,
      ...maybe('lastRequestAt', this.lastRequestAt),
      ...maybe('coldStartMs', this.newestStart),
    });
    if (wanted === before) return;
    const direction = Math.sign(wanted - before);
    if (this.direction !== 0 && direction !== this.direction) this.outcome.turns += 1;
    this.direction = direction;
    if (before === 0) this.outcome.coldStarts += 1;
    for (let count = before; count < wanted; count += 1) {
      const took = this.coldStart();
      this.startingUntil.push(this.now + took);
      this.newestStart = took;
      this.outcome.starts += 1;
    }
    for (let count = before; count > wanted; count -= 1)
      if (this.startingUntil.pop() === undefined) this.ready -= 1;
  }
}
