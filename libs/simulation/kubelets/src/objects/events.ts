import { randomUUID } from 'node:crypto';
import { maybe } from '@tessera/kernel';
import type { Logger } from '@tessera/platform-logging';
import { collectionPath, type KubeApi, objectPath } from '@tessera/simulation-kubernetes-api/client';
import type { KubeObject } from '@tessera/simulation-kubernetes-api/wire';

/** Queue of events; overflow is dropped, as the real recorder does under load. */
const MAX_WAITING = 5_000;
const IN_FLIGHT = 4;
/** Sustained rate per second and burst of ordinary events, like EventRateLimit of a real server. */
const PER_SECOND = 200;
const AT_ONCE = 2_000;
const MAX_CACHED = 20_000;

interface Reported {
  readonly name: string;
  count: number;
}

export interface EventText {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Reporting component; default `kubelet`. */
  readonly component?: string;
}

/** Writes Kubernetes events; a repeated event raises the count of the first. */
export class EventRecorder {
  private readonly waiting: (() => Promise<void>)[] = [];
  private readonly reported = new Map<string, Reported>();
  private inFlight = 0;
  private allowance = AT_ONCE;
  private allowedAt = 0;

  constructor(
    private readonly client: KubeApi,
    private readonly logger: Logger,
  ) {}

  /** Records an event about an object; never fails and never waits. Under load some ordinary ones are dropped. */
  record(about: KubeObject, host: string, text: EventText): void {
    if (this.waiting.length >= MAX_WAITING || (text.type === 'Normal' && !this.allowed())) return;
    this.waiting.push(() => this.write(about, host, text));
    this.pump();
  }

  private allowed(): boolean {
    const now = Date.now();
    this.allowance = Math.min(AT_ONCE, this.allowance + ((now - this.allowedAt) / 1000) * PER_SECOND);
    this.allowedAt = now;
    if (this.allowance < 1) return false;
    this.allowance -= 1;
    return true;
  }

  private pump(): void {
    while (this.inFlight < IN_FLIGHT) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      this.inFlight += 1;
      void next()
        .catch((error: unknown) => this.logger.debug({ err: error }, 'could not write an event'))
        .finally(() => {
          this.inFlight -= 1;
          this.pump();
        });
    }
  }

  private async write(about: KubeObject, host: string, text: EventText): Promise<void> {
    const { name, namespace = 'default', uid } = about.metadata;
    const key = `${uid ?? name}/${text.reason}/${text.message}`;
    const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const before = this.reported.get(key);
    if (before !== undefined) {
      before.count += 1;
      await this.client.patch(objectPath('events', before.name, namespace), {
        count: before.count,
        lastTimestamp: time,
      });
      return;
    }
    const eventName = `${name}.${randomUUID().replaceAll('-', '').slice(0, 16)}`;
    if (this.reported.size >= MAX_CACHED) this.reported.clear();
    this.reported.set(key, { name: eventName, count: 1 });
    await this.client.create(
      collectionPath('events', namespace),
      eventObject(about, eventName, host, text, time),
    );
  }
}

function eventObject(
  about: KubeObject,
  eventName: string,
  host: string,
  { type, reason, message, component = 'kubelet' }: EventText,
  time: string,
): Record<string, unknown> {
  const { name, namespace, uid, resourceVersion } = about.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: eventName, namespace: namespace ?? 'default' },
    involvedObject: {
      apiVersion: 'v1',
      kind: about.kind,
      name,
      ...maybe('namespace', namespace),
      uid,
      resourceVersion,
    },
    type,
    reason,
    message,
    source: { component, ...(host === '' ? {} : { host }) },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
    reportingComponent: component,
    reportingInstance: host,
  };
}
