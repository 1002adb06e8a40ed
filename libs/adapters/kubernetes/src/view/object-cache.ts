import type { KubernetesObject } from '@kubernetes/client-node';
import type {
  ClaimState,
  CompiledWorkload,
  StorageClassState,
  SurroundingsChange,
} from '@tessera/application-reconciliation';
import type { WorkloadRef } from '@tessera/contracts-events';
import {
  HELD_PLACE,
  heldPlaceIn,
  LABELS,
  MANAGED_BY,
  type HeldPlace,
  type OwnerData,
} from '@tessera/contracts-kubernetes';
import { maybe } from '@tessera/kernel';
import type { Logger } from '@tessera/platform-logging';
import type { KubernetesConnection } from '../api/connection';
import { Admission } from './admission';
import { ClaimUsers } from './claim-users';
import { covers } from '../objects/covers';
import { Informer } from '../informer/informer';
import type { Change, WireObject } from '../informer/wire-object';
import { TrimmedObject, workloadOf, type CachedClaim, type OwnedObjectWire } from './trimmed-object';
import { ownedObjects, type OwnedObject } from '../objects/owned-objects';
import { objectName } from '../objects/metadata';
import { claimVolumes } from '../objects/volumes';
import { ownedBy, ownerObject } from '../objects/owner-object';
import { networkPolicies } from '../objects/network-policy';
import { ROUTE_GROUPS, type UrlExposure } from '../objects/routes';
import { uuidsIn } from '../objects/sharing';
import { classTerms, Volumes, type StorageClassWire } from './volumes';
import type { ClusterViewOptions } from './view-options';
import { Warnings } from './warnings';

export interface ObjectListener {
  /** An object of this workload was changed or deleted. */
  readonly onWorkload: (workloadId: string) => void;
  /** A claim or storage class that workloads may wait for was created or changed. */
  readonly onSurroundings: (change: SurroundingsChange) => void;
  /** A warning about a pod (`namespace/name`) arrived. */
  readonly onWarning: (pod: string) => void;
  /** An object that may own the pods of this workload was created, changed or deleted. */
  readonly onRecord: (workloadId: string) => void;
  /** A volume was created, changed or deleted. */
  readonly onVolume: () => void;
  /** What the API server adds to pods on their creation has changed. */
  readonly onAdmission: () => void;
}

const OURS = `${LABELS.managedBy}=${MANAGED_BY}`;
type Watched = Pick<Informer<WireObject>, 'start' | 'refresh' | 'stop' | 'synced'>;
const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

/** Cache of owned objects other than pods, and of warnings about pods and claims. */
export class ObjectCache {
  /** Informers by the path of their list. */
  private readonly informers = new Map<string, Informer<OwnedObjectWire, TrimmedObject>>();
  private readonly claims: Informer<OwnedObjectWire, TrimmedObject>;
  private readonly classes: Informer<StorageClassWire>;
  private readonly byWorkload = new Map<string, readonly TrimmedObject[]>();
  private readonly volumes: Volumes;
  readonly claimUsers = new ClaimUsers();
  readonly warnings: Warnings;
  readonly admission: Admission;
  private readonly exposure: UrlExposure;

  constructor(
    private readonly connection: KubernetesConnection,
    private readonly logger: Logger,
    options: Pick<ClusterViewOptions, 'exposure' | 'runtimeClass'>,
    private readonly listener: ObjectListener,
  ) {
    this.exposure = options.exposure;
    this.watch('/api/v1/configmaps', `${OURS},${LABELS.workloadId}`);
    this.watch('/api/v1/services', OURS);
    this.watch(networkPolicies(), OURS);
    this.claims = this.watch('/api/v1/persistentvolumeclaims');
    this.claims.onChange(({ object: { metadata } }) =>
      listener.onSurroundings({ claim: { namespace: metadata.namespace ?? '', name: metadata.name } }),
    );
    if (this.exposure.kind !== 'none' && this.exposure.kind !== 'tessera') {
      const { group, plural } = ROUTE_GROUPS[this.exposure.kind];
      this.watch(`${group}/${plural}`, OURS);
    }
    this.classes = new Informer<StorageClassWire>({
      connection,
      logger,
      path: '/apis/storage.k8s.io/v1/storageclasses',
    });
    this.classes.onChange(() => listener.onSurroundings({}));
    this.volumes = new Volumes(connection, logger, listener.onVolume);
    this.admission = new Admission(connection, logger, {
      ...maybe('runtimeClass', options.runtimeClass),
      onChange: listener.onAdmission,
    });
    this.warnings = new Warnings(connection, logger, {
      onPod: listener.onWarning,
      onClaim: (claim) => listener.onSurroundings({ claim }),
    });
  }

  async start(): Promise<void> {
    await Promise.all(this.all.map((informer) => informer.start()));
  }

  /** Lists everything again; resolves once the lists are in. */
  async refresh(): Promise<void> {
    await Promise.all(this.watched.map((informer) => informer.refresh()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((informer) => informer.stop()));
  }

  get synced(): boolean {
    return this.all.every(({ synced }) => synced);
  }

  /**
   * Applies the API server's answer to our own write before the watch delivers it. `wanted` is the whole desired state,
   * if that was written.
   */
  observe(collection: string, object: OwnedObjectWire, wanted?: object): void {
    const informer = this.informers.get(listPath(collection));
    informer?.observe(object);
    const { name, namespace } = object.metadata;
    const cached = informer?.get(name, namespace);
    cached?.seeAgain(object);
    if (wanted !== undefined) cached?.accept(object, wanted);
  }

  forget({ list, metadata }: TrimmedObject): void {
    this.informers.get(list)?.forget(metadata);
  }

  /** The owner object of a workload; undefined if there is none. */
  record(target: CompiledWorkload): TrimmedObject | undefined {
    const { metadata } = ownerObject(target);
    const found = this.at('/api/v1/configmaps', metadata);
    return found?.endingSince === undefined ? found : undefined;
  }

  /** True if the owner object of a workload has this data, or does not exist. */
  hasOwnerData({ name, namespace }: Pick<WorkloadRef, 'name' | 'namespace'>, data: OwnerData): boolean {
    const owner = this.at('/api/v1/configmaps', { name: objectName(name, 'workload'), namespace });
    return owner === undefined || (owner.data !== undefined && covers(owner.data, data));
  }

  /** The place that the owner object of a workload holds; an unreadable one is none. */
  heldPlace({ name, namespace }: Pick<WorkloadRef, 'name' | 'namespace'>): HeldPlace | undefined {
    const owner = this.at('/api/v1/configmaps', { name: objectName(name, 'workload'), namespace });
    const text = owner?.data?.[HELD_PLACE];
    return text === undefined ? undefined : heldPlaceIn(text);
  }

  /** Uid of the owner object, also while it is terminating; undefined if there is none. */
  ownerUid({ name, namespace }: Pick<WorkloadRef, 'name' | 'namespace'>): string | undefined {
    return this.at('/api/v1/configmaps', { name: objectName(name, 'workload'), namespace })?.metadata.uid;
  }

  /** True if the owner object and all owned objects exist and match the desired state. */
  hasAll(target: CompiledWorkload): boolean {
    const record = this.record(target);
    if (record === undefined || !record.covers(ownerObject(target))) return false;
    return ownedObjects(target, this.exposure).every((ownedObject) => this.isInOrder(ownedObject, record));
  }

  isInOrder(ownedObject: OwnedObject, record: Pick<OwnedObjectWire, 'metadata'>): boolean {
    const found = this.at(listPath(ownedObject.path), ownedObject.object.metadata);
    if (found === undefined) return false;
    return ownedObject.presenceOnly || found.covers(withOwner(ownedObject, record));
  }

  private at(list: string, metadata: KubernetesObject['metadata']): TrimmedObject | undefined {
    return this.informers.get(list)?.get(metadata?.name ?? '', metadata?.namespace);
  }

  /** All objects with the label of the workload, each with the path of its collection. */
  ofWorkload(workloadId: string): readonly { readonly path: string; readonly object: TrimmedObject }[] {
    return (this.byWorkload.get(workloadId) ?? []).map((object) => {
      const at = object.list.lastIndexOf('/');
      const namespace = object.metadata.namespace ?? '';
      return { path: `${object.list.slice(0, at)}/namespaces/${namespace}${object.list.slice(at)}`, object };
    });
  }

  /** UUIDs of the devices in the ConfigMap of a replica; undefined if there is none. */
  devicesIn(namespace: string, name: string): readonly string[] | undefined {
    const map = this.at('/api/v1/configmaps', { namespace, name });
    return map && uuidsIn(map.devices ?? '');
  }

  claimsOf(target: CompiledWorkload): readonly ClaimState[] {
    const { namespace } = target.workload.ref;
    return claimVolumes(target).map(({ name, field, made, accessModes }) => {
      const found = this.claims.get(name, namespace);
      const users = this.claimUsers.of(namespace, name);
      if (found === undefined) return { name, field, made, users, ...maybe('accessModes', accessModes) };
      const { claim, endingSince, metadata } = found;
      const trouble = this.warnings.of(metadata.uid)?.message;
      return {
        name,
        field,
        made,
        phase: claim?.phase ?? 'Pending',
        users,
        ...this.reachOf(claim),
        ...(claim?.storageClass === undefined ? {} : { storageClass: claim.storageClass }),
        ...maybe('trouble', trouble),
        ...maybe('endingSince', endingSince),
      };
    });
  }

  /** Access modes of a claim, and the nodes that reach its volume or, before it has one, could. */
  private reachOf(claim: CachedClaim | undefined): Pick<ClaimState, 'accessModes' | 'volume' | 'terms'> {
    const volume = claim?.phase === 'Bound' ? claim.volume : undefined;
    const awaited = this.classes.get(claim?.storageClass ?? '');
    const terms = volume === undefined ? awaited && classTerms(awaited) : this.volumes.termsOf(volume);
    return {
      ...maybe('accessModes', claim?.accessModes),
      ...maybe('volume', volume),
      ...(terms === undefined || terms.length === 0 ? {} : { terms }),
    };
  }

  storageClasses(): readonly StorageClassState[] {
    return [...this.classes.list()].map(({ metadata }) => ({
      name: metadata.name,
      isDefault: metadata.annotations?.[DEFAULT_CLASS] === 'true',
    }));
  }

  /**
   * Claims that get their volume only once the node of their first use is set, and for which another node is set or
   * none: the replica for which it was set may have been placed again before there was a volume. While a pod on that
   * node uses the claim, its volume is created there.
   */
  claimsWithoutNode(target: CompiledWorkload, node: string): readonly string[] {
    const { namespace } = target.workload.ref;
    return claimVolumes(target).flatMap(({ name }) => {
      const claim = this.claims.get(name, namespace)?.claim;
      if (claim === undefined || claim.phase === 'Bound' || claim.selectedNode === node) return [];
      const { selectedNode } = claim;
      if (this.claimUsers.of(namespace, name).some((user) => user.node === selectedNode)) return [];
      const mode = this.classes.get(claim.storageClass ?? '')?.volumeBindingMode;
      return mode === 'WaitForFirstConsumer' ? [name] : [];
    });
  }

  /** The informers that decisions depend on: all but events, which only explain. */
  private get watched(): readonly Watched[] {
    return [...this.informers.values(), this.classes, this.volumes.informer, ...this.admission.informers];
  }

  private get all(): readonly Omit<Watched, 'refresh'>[] {
    return [...this.watched, this.warnings];
  }

  private watch(path: string, labelSelector?: string): Informer<OwnedObjectWire, TrimmedObject> {
    const informer = new Informer<OwnedObjectWire, TrimmedObject>({
      connection: this.connection,
      logger: this.logger,
      path,
      trim: (object) => TrimmedObject.of(object, path, this.textOf(workloadOf(object))),
      unknownKind: 'empty',
      ...maybe('labelSelector', labelSelector),
    });
    informer.onChange((change) => this.index(path, change));
    this.informers.set(path, informer);
    return informer;
  }

  /** The id string shared with the other objects of the workload, to save memory. */
  private textOf(workloadId: string | undefined): string | undefined {
    return this.byWorkload.get(workloadId ?? '')?.[0]?.workloadId ?? workloadId;
  }

  private index(list: string, { type, object }: Change<OwnedObjectWire | TrimmedObject>): void {
    const workloadId = object instanceof TrimmedObject ? object.workloadId : workloadOf(object);
    if (workloadId === undefined) return;
    const { name, namespace } = object.metadata;
    // By name, because a replacement has another uid.
    const others = (this.byWorkload.get(workloadId) ?? []).filter(
      (one) => one.list !== list || one.metadata.name !== name || one.metadata.namespace !== namespace,
    );
    const cached = type === 'deleted' ? undefined : this.informers.get(list)?.get(name, namespace);
    const all = cached === undefined ? others : others.concat(cached);
    if (all.length === 0) this.byWorkload.delete(workloadId);
    else this.byWorkload.set(workloadId, all);
    if (list === '/api/v1/configmaps') this.listener.onRecord(workloadId);
    // New objects were created by us, or come from the initial list.
    if (type !== 'added') this.listener.onWorkload(workloadId);
  }
}

/** The object with its owner reference, if it is deleted with the workload. */
export const withOwner = (
  { object, owned }: OwnedObject,
  record: Pick<OwnedObjectWire, 'metadata'>,
): KubernetesObject & { readonly metadata?: { readonly name?: string } } =>
  owned
    ? { ...object, metadata: { ...object.metadata, ownerReferences: [ownedBy(record.metadata)] } }
    : object;

/** Path of the list of a collection in all namespaces. */
const listPath = (collection: string): string => collection.replace(/\/namespaces\/[^/]+/, '');
