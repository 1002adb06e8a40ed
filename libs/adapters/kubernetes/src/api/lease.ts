import {
  isLost,
  LEASE_TIMES,
  observe,
  stepOf,
  whyLost,
  type Candidate,
  type LeaseRecord,
} from '@tessera/application-reconciliation';
import type { Clock, MonotonicClock } from '@tessera/kernel';
import type { Logger } from '@tessera/platform-logging';
import { pause } from '@tessera/platform-lifecycle';
import type { KubernetesConnection, WatchEvent } from './connection';
import { isAlreadyExists, isNotFound, KubernetesApiError } from './errors';

interface LeaseWire {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
  };
  readonly spec?: {
    readonly holderIdentity?: string | null;
    readonly leaseDurationSeconds?: number;
    readonly leaseTransitions?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
  };
}

interface ElectionOptions {
  readonly connection: Pick<KubernetesConnection, 'request' | 'watch'>;
  readonly namespace: string;
  readonly name: string;
  /** Unique per process; with the same identity a restarted process reacquires its lease at once. */
  readonly identity: string;
  readonly clock: Clock & MonotonicClock;
  readonly logger: Logger;
}

/** The server ends a watch after this time, and we open the next one; seconds. */
const WATCH_SECONDS = 300;

/**
 * Acquires and renews one `coordination.k8s.io` Lease, by the application's leadership decision, and watches it: a
 * leader stops as soon as it sees another holder or no lease, without waiting for its expiry.
 */
export class LeaderElection {
  private candidate: Candidate;
  private readonly stopping = new AbortController();
  private keeping: Promise<unknown> | undefined;
  /** When the last write that succeeded began, ms of the monotonic clock; undefined while this process does not lead. */
  private renewedAt: number | undefined;
  private epoch: number | undefined;
  /** Ends once leadership is lost. */
  private readonly losing = new AbortController();
  /** The lease as this process last wrote it; while it holds the lease, a renewal needs no read before. */
  private written: LeaseWire | undefined;

  constructor(private readonly options: ElectionOptions) {
    this.candidate = { identity: options.identity };
  }

  /**
   * Resolves with the epoch once the lease is acquired, then keeps renewing and watching it. `onLost` is called once,
   * if another process holds it or it could not be renewed before the deadline; from then on nothing may be written.
   */
  async lead(onLost: () => void): Promise<number | undefined> {
    while (!this.stopping.signal.aborted) {
      const epoch = await this.attempt();
      if (epoch !== undefined) {
        this.losing.signal.addEventListener('abort', () => onLost());
        this.keeping = Promise.all([this.keep(), this.follow()]);
        return epoch;
      }
      await pause(LEASE_TIMES.standbyMs, this.stopping.signal);
    }
    return undefined;
  }

  /** True while writes are allowed. */
  get leading(): boolean {
    return (
      this.renewedAt !== undefined &&
      !this.losing.signal.aborted &&
      !isLost(this.renewedAt, this.options.clock.elapsedMs())
    );
  }

  /** Stops renewing and releases the lease, so that another process can acquire it at once. */
  async release(): Promise<void> {
    this.stopping.abort();
    await this.keeping;
    if (this.epoch === undefined || this.losing.signal.aborted) return;
    const lease = await this.read();
    if (lease !== undefined && this.whyLost(lease) === undefined)
      await this.write(lease, '', lease.spec?.leaseTransitions ?? 0).catch(() => undefined);
    this.renewedAt = undefined;
  }

  private get ended(): AbortSignal {
    return AbortSignal.any([this.stopping.signal, this.losing.signal]);
  }

  private async keep(): Promise<void> {
    const { ended } = this;
    while (!ended.aborted) {
      await pause(LEASE_TIMES.retryMs, ended);
      if (ended.aborted) return;
      await this.attempt();
      if (!this.leading) this.lose('it could not be renewed in time');
    }
  }

  /** Watches the lease that this process holds, from its last write; after every end of the watch it is read again. */
  private async follow(): Promise<void> {
    const { ended } = this;
    let from = this.written?.metadata.resourceVersion;
    while (!ended.aborted) {
      try {
        from ??= this.see(await this.read());
        if (from !== undefined) for await (const event of this.watch(from, ended)) this.take(event);
      } catch (error) {
        if (ended.aborted) return;
        this.options.logger.warn({ err: error }, 'could not watch the lease, will retry');
        await pause(LEASE_TIMES.retryMs, ended);
      }
      from = undefined;
    }
  }

  private watch(resourceVersion: string, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const { connection, name } = this.options;
    const fieldSelector = `metadata.name=${name}`;
    return connection.watch(
      this.path,
      { resourceVersion, fieldSelector, timeoutSeconds: WATCH_SECONDS },
      signal,
    );
  }

  private take({ type, object }: WatchEvent): void {
    if (type === 'ERROR') throw new Error(`the watch of the lease failed: ${JSON.stringify(object)}`);
    if (type !== 'BOOKMARK') this.see(type === 'DELETED' ? undefined : (object as LeaseWire));
  }

  /** Ends the leadership if another process holds the lease; otherwise returns its version. */
  private see(lease: LeaseWire | undefined): string | undefined {
    const why = this.whyLost(lease);
    if (why !== undefined) this.lose(why);
    return why === undefined ? lease?.metadata.resourceVersion : undefined;
  }

  private whyLost(lease: LeaseWire | undefined): string | undefined {
    const { epoch, options } = this;
    if (epoch === undefined) return undefined;
    return whyLost(
      { identity: options.identity, epoch },
      lease && { holder: lease.spec?.holderIdentity ?? undefined, epoch: epochOf(lease) },
    );
  }

  private lose(why: string): void {
    if (this.losing.signal.aborted || this.stopping.signal.aborted) return;
    this.options.logger.error({ lease: this.options.name, why }, 'lost the lease');
    this.losing.abort();
  }

  /**
   * Renews the lease that this process holds, or reads it and takes one step; returns the epoch if it holds the lease
   * afterwards.
   */
  private async attempt(): Promise<number | undefined> {
    const { clock, logger } = this.options;
    try {
      const renewed = await this.renew();
      if (renewed !== undefined) return renewed;
      const lease = await this.read();
      if (this.epoch !== undefined && this.see(lease) === undefined) return undefined;
      const record = lease === undefined ? undefined : toRecord(lease);
      this.candidate = observe(this.candidate, record, clock.elapsedMs());
      const step = stepOf(this.candidate, record, clock.elapsedMs());
      if (step.do === 'wait') return undefined;
      const transitions = step.do === 'create' ? 0 : step.transitions;
      return await this.writeOurs(lease, transitions);
    } catch (error) {
      const lostRace =
        isAlreadyExists(error) || (error instanceof KubernetesApiError && error.status === 409);
      if (!lostRace) logger.warn({ err: error }, 'could not read or write the lease, will retry');
      return undefined;
    }
  }

  /** Overwrites the last write of this process; undefined if there is none or another process wrote meanwhile. */
  private async renew(): Promise<number | undefined> {
    const { written } = this;
    this.written = undefined;
    if (written === undefined || !this.leading) return undefined;
    try {
      return await this.writeOurs(written, written.spec?.leaseTransitions ?? 0);
    } catch (error) {
      if (isNotFound(error) || (error instanceof KubernetesApiError && error.status === 409))
        return undefined;
      throw error;
    }
  }

  private async writeOurs(lease: LeaseWire | undefined, transitions: number): Promise<number> {
    const began = this.options.clock.elapsedMs();
    const written = await this.write(lease, this.options.identity, transitions);
    this.renewedAt = began;
    this.written = written;
    this.epoch ??= epochOf(written);
    return this.epoch;
  }

  private get path(): string {
    return `/apis/coordination.k8s.io/v1/namespaces/${this.options.namespace}/leases`;
  }

  private async read(): Promise<LeaseWire | undefined> {
    try {
      return await this.options.connection.request<LeaseWire>('GET', `${this.path}/${this.options.name}`);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** The resourceVersion in the body makes a write that lost a race fail with a conflict. */
  private async write(lease: LeaseWire | undefined, holder: string, transitions: number): Promise<LeaseWire> {
    const { connection, namespace, name, clock } = this.options;
    const now = microTime(clock.now());
    const taken = lease?.spec?.holderIdentity !== holder;
    const spec = {
      holderIdentity: holder,
      leaseDurationSeconds: LEASE_TIMES.durationMs / 1000,
      leaseTransitions: transitions,
      acquireTime: taken ? now : (lease?.spec?.acquireTime ?? now),
      renewTime: now,
    };
    const body = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { ...lease?.metadata, name, namespace },
      spec,
    };
    return lease === undefined
      ? connection.request<LeaseWire>('POST', this.path, { body })
      : connection.request<LeaseWire>('PUT', `${this.path}/${name}`, { body });
  }
}

/** Upper bound of a lease's transitions. */
const TRANSITIONS = 1_000_000;

/** Grows with every new holder, also if the lease was deleted and recreated, which resets its count. */
function epochOf({ metadata, spec }: LeaseWire): number {
  const madeAt = Math.floor(Date.parse(metadata.creationTimestamp ?? '') / 1000);
  return (Number.isNaN(madeAt) ? 0 : madeAt) * TRANSITIONS + ((spec?.leaseTransitions ?? 0) % TRANSITIONS);
}

const toRecord = ({ metadata, spec }: LeaseWire): LeaseRecord => ({
  holder: spec?.holderIdentity ?? undefined,
  durationMs: (spec?.leaseDurationSeconds ?? 0) * 1000,
  transitions: spec?.leaseTransitions ?? 0,
  version: metadata.resourceVersion ?? '',
});

/** Kubernetes' MicroTime: RFC 3339 with six decimals. */
const microTime = (now: number): string => new Date(now).toISOString().replace('Z', '000Z');
