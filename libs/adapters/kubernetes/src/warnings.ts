import type { Logger } from '@tessera/platform-logging';
import type { KubernetesConnection } from './connection';
import { Informer, type Change, type WireObject } from './informer';
import { countsForPods } from './replica-pod';

interface EventWire extends WireObject {
  readonly involvedObject: {
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
  };
  readonly reason?: string;
  readonly message?: string;
}

export interface Warning {
  readonly reason: string;
  readonly message: string;
}

interface WarningListener {
  /** Something was said about this pod: `namespace/name`. */
  readonly onPod: (pod: string) => void;
  readonly onClaim: () => void;
}

/**
 * What kubelets and controllers say that stands in no status: a volume that cannot be mounted, a probe that fails. The
 * latest of each claim counts, and of each pod the latest that says more than its status.
 */
export class Warnings {
  private readonly informer: Informer<EventWire>;
  private readonly latest = new Map<string, Warning & { readonly version: bigint; readonly event: string }>();

  constructor(
    connection: KubernetesConnection,
    logger: Logger,
    private readonly listener: WarningListener,
  ) {
    this.informer = new Informer<EventWire>({
      connection,
      logger,
      path: '/api/v1/events',
      fieldSelector: 'type=Warning',
      remember: slim,
    });
    this.informer.onChange((change) => this.take(change));
  }

  start = (): Promise<void> => this.informer.start();
  stop = (): Promise<void> => this.informer.stop();

  get synced(): boolean {
    return this.informer.synced;
  }

  /** What was said last about the object of this uid. */
  of(uid: string): Warning | undefined {
    return this.latest.get(uid);
  }

  private take({ type, object }: Change<EventWire>): void {
    const { uid, kind, namespace = '', name = '' } = object.involvedObject;
    if (uid === undefined || (kind !== 'Pod' && kind !== 'PersistentVolumeClaim')) return;
    // A pull that fails is warned of after the missing secret that is its cause, and stands in the status anyway.
    if (kind === 'Pod' && !countsForPods(object.reason ?? '')) return;
    const known = this.latest.get(uid);
    if (type === 'deleted') {
      if (known?.event === object.metadata.uid) this.latest.delete(uid);
      return;
    }
    const version = BigInt(object.metadata.resourceVersion);
    if (known !== undefined && known.version > version) return;
    const { reason = 'Warning', message = '' } = object;
    this.latest.set(uid, { reason, message, version, event: object.metadata.uid });
    if (known?.reason === reason && known.message === message) return;
    if (kind === 'Pod') this.listener.onPod(`${namespace}/${name}`);
    else this.listener.onClaim();
  }
}

const slim = ({ metadata, involvedObject, reason, message }: EventWire): EventWire => {
  const { name, namespace, uid, resourceVersion } = metadata;
  const { kind, uid: about, namespace: where, name: whose } = involvedObject;
  return {
    metadata: { name, uid, resourceVersion, ...(namespace === undefined ? {} : { namespace }) },
    involvedObject: {
      ...(kind === undefined ? {} : { kind }),
      ...(about === undefined ? {} : { uid: about }),
      ...(where === undefined ? {} : { namespace: where }),
      ...(whose === undefined ? {} : { name: whose }),
    },
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
};
