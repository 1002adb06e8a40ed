import { maybe } from '@tessera/kernel';
import type { Logger } from '@tessera/platform-logging';
import type { KubernetesConnection } from '../api/connection';
import { Informer } from '../informer/informer';
import type { WireObject } from '../informer/wire-object';
import { countsForPods } from './replica-pod';

/** What the cache stores of an event: the object that it is about. */
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
  /** A warning about this pod (`namespace/name`) arrived. */
  readonly onPod: (pod: string) => void;
  readonly onClaim: (claim: { readonly namespace: string; readonly name: string }) => void;
}

/**
 * Warnings of kubelets and controllers that no status contains: a volume that cannot be mounted, a failing probe. Keeps
 * the latest warning of each claim, and of each pod the latest that adds something to its status.
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
      bookmarks: false,
      fieldSelector: INTERESTING,
      concerns,
      trim: ({ metadata: { name, namespace, uid, resourceVersion }, involvedObject }) => ({
        metadata: { name, uid, resourceVersion, ...maybe('namespace', namespace) },
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

  /** The latest warning about the object with this uid. */
  of(uid: string): Warning | undefined {
    return this.latest.get(uid);
  }

  private take({ metadata, involvedObject, reason = 'Warning', message = '' }: EventWire): void {
    const { uid = '', kind, namespace = '', name = '' } = involvedObject;
    const known = this.latest.get(uid);
    const version = BigInt(metadata.resourceVersion);
    // The later report of one event wins, even if a restored API server numbers it lower.
    if (known !== undefined && known.version > version && known.event !== metadata.uid) return;
    this.latest.set(uid, { reason, message, version, event: metadata.uid });
    if (known?.reason === reason && known.message === message) return;
    if (kind === 'Pod') this.listener.onPod(`${namespace}/${name}`);
    else this.listener.onClaim({ namespace, name });
  }

  private forget({ metadata, involvedObject: { uid = '' } }: CachedEvent): void {
    if (this.latest.get(uid)?.event === metadata.uid) this.latest.delete(uid);
  }
}

/** Field selector without the warnings that only repeat the status of the pod (failed, backing off). */
const INTERESTING = 'type=Warning,reason!=Failed,reason!=BackOff';

/** A failed pull is reported after the missing secret that causes it, and the status contains it anyway. */
function concerns({ involvedObject: { uid, kind }, reason = '' }: EventWire): boolean {
  if (uid === undefined) return false;
  return kind === 'PersistentVolumeClaim' || (kind === 'Pod' && countsForPods(reason));
}
