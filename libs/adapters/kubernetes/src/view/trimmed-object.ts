import { createHash } from 'node:crypto';
import { interned } from '@tessera/kernel';
import { LABELS, SELECTED_NODE, SHARED_GPU } from '@tessera/contracts-kubernetes';
import { covers } from '../objects/covers';
import type { WireObject } from '../informer/wire-object';

/** An owned object other than a pod. */
export interface OwnedObjectWire extends WireObject {
  readonly metadata: WireObject['metadata'] & {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly object[];
    readonly deletionTimestamp?: string;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: { readonly phase?: string; readonly accessModes?: readonly string[] };
  /** Devices in the ConfigMap of a replica, or the data of an owner object. */
  readonly data?: Readonly<Record<string, string>>;
}

/** Fields that are read of a claim. */
export interface CachedClaim {
  readonly phase: string | undefined;
  readonly storageClass: string | undefined;
  /** The node of its first use, once it is set. */
  readonly selectedNode: string | undefined;
  /** Name of its volume. */
  readonly volume: string | undefined;
  readonly accessModes: readonly string[] | undefined;
}

/**
 * The trimmed form of an owned object: its identity, the fields that are read, and whether it matches the desired
 * state. That comparison runs once, on the full text, which is then dropped. There are several objects for each
 * workload; in full they would take a third of the scheduler's memory.
 */
export class TrimmedObject implements WireObject {
  private whole: string | undefined;
  private confirmed: string | undefined;

  private constructor(
    readonly metadata: WireObject['metadata'],
    /** Path of its list. */
    readonly list: string,
    readonly workloadId: string | undefined,
    readonly endingSince: string | undefined,
    /** The devices in the ConfigMap of a replica. */
    readonly devices: string | undefined,
    readonly claim: CachedClaim | undefined,
    /** Data of an owner object. */
    readonly data: OwnedObjectWire['data'],
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
      devices === undefined ? object.data : undefined,
      // For claims and device ConfigMaps only existence is compared.
      devices === undefined && claim === undefined ? textOf(object) : undefined,
    );
  }

  /** Handles the answer to a write that changed nothing: the same version, compared with the new desired state. */
  seeAgain(object: OwnedObjectWire): void {
    if (this.confirmed === undefined || object.metadata.resourceVersion !== this.metadata.resourceVersion)
      return;
    this.confirmed = undefined;
    this.whole = textOf(object);
  }

  /**
   * Treats the answer to a write of this desired state as its match, even if admission changed the object: a correction
   * would be changed again. A later change by anybody is another version and is compared in full.
   */
  accept({ metadata: { resourceVersion } }: OwnedObjectWire, wanted: object): void {
    if (resourceVersion !== this.metadata.resourceVersion) return;
    this.confirmed = digestOf(wanted);
    this.whole = undefined;
  }

  /**
   * True if the object matches the desired state. After the first match, a different desired state counts as a
   * mismatch; the write that corrects it {@link seeAgain compares} the full object again.
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

/** Id of the workload of an object, from its label. */
export const workloadOf = ({ metadata }: OwnedObjectWire): string | undefined =>
  metadata.labels?.[LABELS.workloadId];

function claimOf({ metadata, spec, status }: OwnedObjectWire): CachedClaim {
  const { storageClassName: storageClass, volumeName: volume } = spec ?? {};
  return {
    phase: status?.phase,
    storageClass: typeof storageClass === 'string' ? interned(storageClass) : undefined,
    selectedNode: metadata.annotations?.[SELECTED_NODE],
    volume: typeof volume === 'string' ? volume : undefined,
    // Those of the volume, once it is bound.
    accessModes: modesOf(status?.accessModes) ?? modesOf(spec?.['accessModes']),
  };
}

const modesOf = (modes: unknown): readonly string[] | undefined =>
  Array.isArray(modes) && modes.length > 0 ? modes.map((mode) => interned(String(mode))) : undefined;

/** 96 bits of SHA-256, to save memory. */
const digestOf = (wanted: object): string =>
  createHash('sha256').update(JSON.stringify(wanted)).digest().toString('base64', 0, 12);
