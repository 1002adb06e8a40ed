import { GATEWAY_LEASE, gatewayLeaseName } from '@tessera/contracts-kubernetes';
import type { MonotonicClock } from '@tessera/kernel';
import type { Logger } from '@tessera/platform-logging';
import type { KubernetesConnection } from './connection';
import { Informer } from '../informer/informer';
import type { Change, WireObject } from '../informer/wire-object';

interface LeaseWire extends WireObject {
  readonly spec?: { readonly holderIdentity?: string | null; readonly renewTime?: string };
}

interface GatewayLeasesOptions {
  readonly connection: KubernetesConnection;
  readonly logger: Logger;
  /** Namespace of the platform. */
  readonly namespace: string;
  readonly clock: MonotonicClock;
}

interface Renewal {
  readonly renewTime: string | undefined;
  /** When the renewal was seen, ms of the monotonic clock of this process. */
  readonly seenAt: number;
}

/** The gateways that renew their lease. Only the clock of this process counts, so the clocks need not agree. */
export class GatewayLeases {
  private readonly informer: Informer<LeaseWire>;
  /** By id of the gateway. */
  private readonly renewals = new Map<string, Renewal>();

  constructor(private readonly options: GatewayLeasesOptions) {
    const { connection, logger, namespace } = options;
    this.informer = new Informer<LeaseWire>({
      connection,
      logger,
      path: `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`,
      labelSelector: Object.entries(GATEWAY_LEASE.labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(),
      forbidden: 'empty',
    });
    this.informer.onChange((change) => this.see(change));
  }

  start(): Promise<void> {
    return this.informer.start();
  }

  stop(): Promise<void> {
    return this.informer.stop();
  }

  /** Ids of the gateways whose lease was renewed recently. */
  live(): ReadonlySet<string> {
    const now = this.options.clock.elapsedMs();
    const live = new Set<string>();
    for (const [id, { seenAt }] of this.renewals) if (now - seenAt < GATEWAY_LEASE.durationMs) live.add(id);
    return live;
  }

  private see({ type, object: { metadata, spec } }: Change<LeaseWire>): void {
    const id = spec?.holderIdentity ?? '';
    if (metadata.name !== gatewayLeaseName(id)) return;
    const renewTime = spec?.renewTime;
    if (type === 'deleted') this.renewals.delete(id);
    else if (this.renewals.get(id)?.renewTime !== renewTime)
      this.renewals.set(id, { renewTime, seenAt: this.options.clock.elapsedMs() });
  }
}
