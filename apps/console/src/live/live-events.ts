import type { ApiClient } from '../api/client';
import { EventLines } from './event-lines';

/** A CloudEvent of a workload, as far as the console reads it. */
export interface WorkloadChange {
  readonly id: string;
  readonly type: string;
  /** Id of the workload. */
  readonly subject?: string;
  readonly time: string;
  readonly workloadname?: string;
  readonly projectid?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export type Liveness = 'connecting' | 'live' | 'offline';

const RETRY_MS = [1000, 2000, 5000, 10_000] as const;

/**
 * One stream of events for the whole page. After a break it goes on behind the last event that arrived, so that nothing
 * is missed while the API keeps it.
 */
export class LiveEvents {
  private readonly readers = new Set<(change: WorkloadChange) => void>();
  private readonly watchers = new Set<() => void>();
  private liveness: Liveness = 'connecting';
  private last: string | undefined;
  private stopped: AbortController | undefined;

  constructor(private readonly api: Pick<ApiClient, 'send'>) {}

  start(): void {
    if (this.stopped !== undefined) return;
    this.stopped = new AbortController();
    void this.run(this.stopped.signal);
  }

  stop(): void {
    this.stopped?.abort();
    this.stopped = undefined;
  }

  /** `reader` gets every event; returns what ends that. */
  read(reader: (change: WorkloadChange) => void): () => void {
    this.readers.add(reader);
    return () => this.readers.delete(reader);
  }

  state = (): Liveness => this.liveness;

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  private async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        const response = await this.api.send('stream_events', { signal, query: { lastEventId: this.last } });
        this.become('live');
        failures = -1;
        await this.follow(response);
      } catch {
        if (signal.aborted) return;
      }
      this.become('offline');
      await pause(RETRY_MS[Math.min(Math.max(failures, 0), RETRY_MS.length - 1)] ?? 0, signal);
    }
  }

  private async follow({ body }: Response): Promise<void> {
    if (body === null) return;
    const lines = new EventLines();
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const { id, data } of lines.push(value)) {
        this.last = id ?? this.last;
        if (data === undefined) continue;
        const change = JSON.parse(data) as WorkloadChange;
        for (const one of this.readers) one(change);
      }
    }
  }

  private become(liveness: Liveness): void {
    if (this.liveness === liveness) return;
    this.liveness = liveness;
    for (const watcher of this.watchers) watcher();
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
