import { createHash } from 'node:crypto';
import { interned } from '@tessera/application-reconciliation';
import { LABELS, SELECTED_NODE, SHARED_GPU } from '@tessera/contracts-kubernetes';
import { covers } from './covers';
import type { WireObject } from './informer';

/** An object beside the pods. */
export interface OwnedObjectWire extends WireObject {
  readonly metadata: WireObject['metadata'] & {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly object[];
    readonly deletionTimestamp?: string;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: { readonly phase?: string };
  /** Of the map of a replica, the devices in it. */
  readonly data?: Readonly<Record<string, string>>;
}

/** What is read of a claim. */
export interface CachedClaim {
  readonly phase: string | undefined;
  readonly storageClass: string | undefined;
  /** Somebody has said on which node it is used first. */
  readonly hasNode: boolean;
}

/**
 * What is kept of an object beside the pods: who it is, what is read of it, and whether it is as it should be. That is
 * found once, from the whole of it as text, which is let go then. There are several for each workload; whole they would
 * be a third of the scheduler's memory.
 */
export class TrimmedObject implements WireObject {
  private whole: string | undefined;
  private confirmed: string | undefined;

  private constructor(
    readonly metadata: WireObject['metadata'],
    /** Path of the list that it is in. */
    readonly list: string,
    readonly workloadId: string | undefined,
    readonly endingSince: string | undefined,
    /** What the map of a replica says of its devices. */
    readonly devices: string | undefined,
    readonly claim: CachedClaim | undefined,
    whole: string | undefined,
  ) {
    this.whole = whole;
  }

  static of(object: OwnedObjectWire, list: string, workloadId = workloadOf(object)): TrimmedObject {
    const { name, namespace = '', uid, resourceVersion, deletionTimestamp } = object.metadata;
    const devices = object.data?.[SHARED_GPU.visibleDevices];
    const claim = list.endsWith('/persistentvolumeclaims') ? claimOf(object) : undefined;
    return new TrimmedObject(
      { name, namespace: interned(namespace), uid, resourceVersion },
      list,
      workloadId,
      deletionTimestamp,
      devices,
      claim,
      // Of claims and maps of devices nothing but their presence is compared.
      devices === undefined && claim === undefined ? textOf(object) : undefined,
    );
  }

  /** The answer to a write that changed nothing: the same version once more, to be compared with what was wanted now. */
  seeAgain(object: OwnedObjectWire): void {
    if (this.confirmed === undefined || object.metadata.resourceVersion !== this.metadata.resourceVersion)
      return;
    this.confirmed = undefined;
    this.whole = textOf(object);
  }

  /**
   * True where the object has everything that is wanted. Once it was found to have that, what is wanted otherwise counts
   * as missing: whoever puts it right {@link seeAgain sees} the whole of it.
   */
  covers(wanted: object): boolean {
    const digest = digestOf(wanted);
    if (this.whole === undefined) return this.confirmed === digest;
    if (!covers(JSON.parse(this.whole), wanted)) return false;
    this.confirmed = digest;
    this.whole = undefined;
    return true;
  }
}

const textOf = ({ metadata, spec }: OwnedObjectWire): string => {
  const { name, namespace, labels, annotations, ownerReferences } = metadata;
  return JSON.stringify({ metadata: { name, namespace, labels, annotations, ownerReferences }, spec });
};

/** Of what workload an object is, by its label. */
export const workloadOf = ({ metadata }: OwnedObjectWire): string | undefined =>
  metadata.labels?.[LABELS.workloadId];

function claimOf({ metadata, spec, status }: OwnedObjectWire): CachedClaim {
  const storageClass = spec?.['storageClassName'];
  return {
    phase: status?.phase,
    storageClass: typeof storageClass === 'string' ? interned(storageClass) : undefined,
    hasNode: metadata.annotations?.[SELECTED_NODE] !== undefined,
  };
}

/** 96 bits of SHA-256, so that what is kept of each is short. */
const digestOf = (wanted: object): string =>
  createHash('sha256').update(JSON.stringify(wanted)).digest().toString('base64', 0, 12);
