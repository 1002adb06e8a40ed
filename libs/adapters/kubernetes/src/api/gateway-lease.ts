import { GATEWAY_LEASE, gatewayLeaseName } from '@tessera/contracts-kubernetes';
import type { Clock } from '@tessera/kernel';
import { Periodic } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { KubernetesConnection } from './connection';
import { isAlreadyExists, isNotFound } from './errors';

interface GatewayLeaseOptions {
  readonly connection: Pick<KubernetesConnection, 'request'>;
  readonly namespace: string;
  readonly gatewayId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Interval of the renewal, ms; default {@link GATEWAY_LEASE}. */
  readonly renewMs?: number;
}

/** The lease by which schedulers know that this gateway runs: created, renewed, and deleted when the gateway stops. */
export class GatewayLease {
  private readonly renewal: Periodic;
  private held = false;

  constructor(private readonly options: GatewayLeaseOptions) {
    this.renewal = new Periodic({
      everyMs: options.renewMs ?? GATEWAY_LEASE.renewMs,
      work: () => this.renew(),
      onFailure: (err) =>
        options.logger.warn({ err }, 'could not renew the lease of the gateway, will retry'),
    });
  }

  /** Why schedulers cannot know this gateway yet; undefined once they can. */
  notReady(): string | undefined {
    return this.held ? undefined : 'the lease was not created yet';
  }

  /** Tries to create the lease and then keeps renewing it; a failure is retried at the next renewal. */
  async start(): Promise<void> {
    await this.renew().catch((err: unknown) =>
      this.options.logger.warn({ err }, 'could not create the lease of the gateway, will retry'),
    );
    this.renewal.start();
  }

  /** Deletes the lease. */
  async stop(): Promise<void> {
    await this.renewal.stop();
    if (!this.held) return;
    await this.options.connection.request('DELETE', `${this.path}/${this.name}`).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }

  private get path(): string {
    return `/apis/coordination.k8s.io/v1/namespaces/${this.options.namespace}/leases`;
  }

  private get name(): string {
    return gatewayLeaseName(this.options.gatewayId);
  }

  /** The lease may exist unknown to this process, after a lost answer, or may have been deleted by somebody else. */
  private async renew(): Promise<void> {
    if (this.held && (await this.patch())) return;
    this.held = (await this.create()) || (await this.patch());
  }

  private async create(): Promise<boolean> {
    const { gatewayId, connection } = this.options;
    const body = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: this.name, labels: GATEWAY_LEASE.labels },
      spec: {
        holderIdentity: gatewayId,
        leaseDurationSeconds: GATEWAY_LEASE.durationMs / 1000,
        renewTime: this.microTime(),
      },
    };
    try {
      await connection.request('POST', this.path, { body });
      return true;
    } catch (error) {
      if (isAlreadyExists(error)) return false;
      throw error;
    }
  }

  private async patch(): Promise<boolean> {
    try {
      await this.options.connection.request('PATCH', `${this.path}/${this.name}`, {
        body: { spec: { renewTime: this.microTime() } },
        contentType: 'application/merge-patch+json',
      });
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  /** Kubernetes' MicroTime; readers only see that it changes. */
  private microTime(): string {
    return new Date(this.options.clock.now()).toISOString().replace('Z', '000Z');
  }
}
