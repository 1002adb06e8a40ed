import type { Logger } from '@tessera/platform-logging';
import type { KubernetesConnection } from './connection';
import { Informer, type WireObject } from './informer';
import { countsForPods } from './replica-pod';

/** What is kept of an event: about whom it is. */
interface CachedEvent extends WireObject {
  readonly involvedObject: { readonly uid?: string | undefined };
}

interface EventWire extends CachedEvent {
  readonly involvedObject: {
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string | undefined;
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
  private readonly informer: Informer<EventWire, CachedEvent>;
  private readonly latest = new Map<string, Warning & { readonly version: bigint; readonly event: string }>();

  constructor(
    connection: KubernetesConnection,
    logger: Logger,
    private readonly listener: WarningListener,
  ) {
    this.informer = new Informer<EventWire, CachedEvent>({
      connection,
      logger,
      path: '/api/v1/events',
      fieldSelector: INTERESTING,
      concerns,
      trim: ({ metadata: { name, namespace, uid, resourceVersion }, involvedObject }) => ({
        metadata: { name, uid, resourceVersion, ...(namespace === undefined ? {} : { namespace }) },
        involvedObject: { uid: involvedObject.uid },
      }),
    });
    this.informer.onChange((change) => {
      if (change.type === 'deleted') this.forget(change.object);
      else this.take(change.object as EventWire);
    });
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

  private take({ metadata, involvedObject, reason = 'Warning', message = '' }: EventWire): void {
    const { uid = '', kind, namespace = '', name = '' } = involvedObject;
    const known = this.latest.get(uid);
    const version = BigInt(metadata.resourceVersion);
    if (known !== undefined && known.version > version) return;
    this.latest.set(uid, { reason, message, version, event: metadata.uid });
    if (known?.reason === reason && known.message === message) return;
    if (kind === 'Pod') this.listener.onPod(`${namespace}/${name}`);
    else this.listener.onClaim();
  }

  private forget({ metadata, involvedObject: { uid = '' } }: CachedEvent): void {
    if (this.latest.get(uid)?.event === metadata.uid) this.latest.delete(uid);
  }
}

/** Most warnings are that something failed or is tried again, which stands in the status of the pod: they are not asked for. */
const INTERESTING = 'type=Warning,reason!=Failed,reason!=BackOff';

/** A pull that fails is warned of after the missing secret that is its cause, and stands in the status anyway. */
function concerns({ involvedObject: { uid, kind }, reason = '' }: EventWire): boolean {
  if (uid === undefined) return false;
  return kind === 'PersistentVolumeClaim' || (kind === 'Pod' && countsForPods(reason));
}
