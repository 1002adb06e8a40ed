import type { ApiClient } from '../api/client';
import { ofApi } from '../api/json';
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
/** The API sends a heartbeat every 15 seconds; after three that did not come, nobody is there. */
const SILENCE_MS = 45_000;

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
  private again: () => void = () => undefined;

  constructor(
    private readonly api: Pick<ApiClient, 'send'>,
    private readonly silenceMs = SILENCE_MS,
  ) {}

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

  /** Tries again at once, where it waits for another attempt. */
  retry = (): void => this.again();

  private async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures += 1) {
      const silent = new AbortController();
      try {
        const response = await within(
          this.silenceMs,
          silent,
          this.api.send('stream_events', {
            signal: AbortSignal.any([signal, silent.signal]),
            query: { lastEventId: this.last },
          }),
        );
        this.become('live');
        failures = -1;
        await this.follow(response, silent);
      } catch {
        if (signal.aborted) return;
      }
      this.become('offline');
      await this.pause(RETRY_MS[Math.min(Math.max(failures, 0), RETRY_MS.length - 1)] ?? 0, signal);
    }
  }

  private async follow({ body }: Response, silent: AbortController): Promise<void> {
    if (body === null) return;
    const lines = new EventLines();
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await within(this.silenceMs, silent, reader.read());
      if (done) return;
      for (const { id, type, data } of lines.push(value)) {
        this.last = id ?? this.last;
        if (data === undefined || type === 'missed') continue;
        const change = ofApi<WorkloadChange>(data);
        for (const one of this.readers) one(change);
      }
    }
  }

  private pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.again = end;
      signal.addEventListener('abort', end, { once: true });
    });
  }

  private become(liveness: Liveness): void {
    if (this.liveness === liveness) return;
    this.liveness = liveness;
    for (const watcher of this.watchers) watcher();
  }
}

/** What the promise becomes; aborts and throws where that takes longer, ms. */
async function within<T>(ms: number, aborting: AbortController, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      aborting.abort();
      reject(new Error('nothing arrives'));
    }, ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
