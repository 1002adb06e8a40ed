import {
  isLost,
  LEASE_TIMES,
  observe,
  stepOf,
  type Candidate,
  type LeaseRecord,
} from '@tessera/application-reconciliation';
import type { Clock } from '@tessera/kernel';
import type { Logger } from '@tessera/platform-logging';
import { pause } from '@tessera/platform-lifecycle';
import type { KubernetesConnection } from './connection';
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
  readonly connection: Pick<KubernetesConnection, 'request'>;
  readonly namespace: string;
  readonly name: string;
  /** Unique per process; with the same identity a restarted process reacquires its lease at once. */
  readonly identity: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Acquires and renews one `coordination.k8s.io` Lease, by the application's leadership decision. */
export class LeaderElection {
  private candidate: Candidate;
  private readonly stopping = new AbortController();
  private renewing: Promise<void> | undefined;
  private renewedAt = 0;
  /** The lease as we wrote it last; while it is ours, a renewal needs no read before. */
  private written: LeaseWire | undefined;

  constructor(private readonly options: ElectionOptions) {
    this.candidate = { identity: options.identity };
  }

  /**
   * Resolves with the epoch once the lease is acquired, then keeps renewing it. `onLost` is called if it could not be
   * renewed before the deadline; from then on nothing may be written.
   */
  async lead(onLost: () => void): Promise<number | undefined> {
    while (!this.stopping.signal.aborted) {
      const epoch = await this.attempt();
      if (epoch !== undefined) {
        this.renewing = this.keep(onLost);
        return epoch;
      }
      await pause(LEASE_TIMES.standbyMs, this.stopping.signal);
    }
    return undefined;
  }

  /** True while writes are allowed. */
  get leading(): boolean {
    return this.renewedAt > 0 && !isLost(this.renewedAt, this.options.clock.now());
  }

  /** Stops renewing and releases the lease, so that another process can acquire it at once. */
  async release(): Promise<void> {
    this.stopping.abort();
    await this.renewing;
    if (this.renewedAt === 0) return;
    const lease = await this.read();
    if (lease?.spec?.holderIdentity === this.options.identity)
      await this.write(lease, '', lease.spec.leaseTransitions ?? 0).catch(() => undefined);
    this.renewedAt = 0;
  }

  private async keep(onLost: () => void): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await pause(LEASE_TIMES.retryMs, this.stopping.signal);
      if (this.stopping.signal.aborted) return;
      await this.attempt();
      if (!this.leading) {
        this.options.logger.error({ lease: this.options.name }, 'lost the lease');
        return onLost();
      }
    }
  }

  /** Renews the lease that is ours, or reads it and takes one step; returns the epoch if the lease is ours afterwards. */
  private async attempt(): Promise<number | undefined> {
    const { clock, identity, logger } = this.options;
    try {
      const renewed = await this.renew();
      if (renewed !== undefined) return renewed;
      const lease = await this.read();
      const record = lease === undefined ? undefined : toRecord(lease);
      this.candidate = observe(this.candidate, record, clock.now());
      const step = stepOf(this.candidate, record, clock.now());
      if (step.do === 'wait') return undefined;
      const began = clock.now();
      const transitions = step.do === 'create' ? 0 : step.transitions;
      const written = await this.write(lease, identity, transitions);
      this.renewedAt = began;
      this.written = written;
      return epochOf(written);
    } catch (error) {
      const lostRace =
        isAlreadyExists(error) || (error instanceof KubernetesApiError && error.status === 409);
      if (!lostRace) logger.warn({ err: error }, 'could not read or write the lease, will retry');
      return undefined;
    }
  }

  /** Writes over what we wrote last; undefined if there is nothing or somebody else wrote meanwhile. */
  private async renew(): Promise<number | undefined> {
    const { written } = this;
    this.written = undefined;
    if (written === undefined || !this.leading) return undefined;
    const began = this.options.clock.now();
    try {
      this.written = await this.write(written, this.options.identity, written.spec?.leaseTransitions ?? 0);
    } catch (error) {
      if (isNotFound(error) || (error instanceof KubernetesApiError && error.status === 409))
        return undefined;
      throw error;
    }
    this.renewedAt = began;
    return epochOf(this.written);
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
