import type { KubernetesObject } from '@kubernetes/client-node';
import type { ClaimState, RealisedWorkload, StorageClassState } from '@tessera/application-reconciliation';
import { LABELS, MANAGED_BY, SELECTED_NODE, SHARED_GPU } from '@tessera/contracts-kubernetes';
import type { Logger } from '@tessera/platform-logging';
import type { KubernetesConnection } from './connection';
import { Informer, keyOf, type Change, type WireObject } from './informer';
import { KeptCompanion, type CompanionWire } from './kept-companion';
import { companions, type Companion } from './objects/companions';
import { claimVolumes } from './objects/volumes';
import { ownedBy, workloadRecord } from './objects/record';
import { ROUTE_GROUPS, type UrlExposure } from './objects/routes';
import { uuidsIn } from './objects/sharing';
import { covers } from './covers';
import { Warnings } from './warnings';

interface StorageClassWire extends WireObject {
  readonly metadata: CompanionWire['metadata'];
  readonly volumeBindingMode?: string;
}

export interface CompanionListener {
  /** An object of this workload was changed or removed, by whomever. */
  readonly onWorkload: (workloadId: string) => void;
  /** A claim or storage class that workloads may wait for has come or changed. */
  readonly onSurroundings: () => void;
  /** Something was said about a pod: `namespace/name`. */
  readonly onWarning: (pod: string) => void;
}

const OURS = `${LABELS.managedBy}=${MANAGED_BY}`;
const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

/** The objects beside the pods as the cluster has them, and what it says about pods and claims. */
export class CompanionCache {
  /** Informers by the path of their list. */
  private readonly informers = new Map<string, Informer<CompanionWire, KeptCompanion>>();
  private readonly claims: Informer<CompanionWire, KeptCompanion>;
  private readonly classes: Informer<StorageClassWire>;
  private readonly byWorkload = new Map<string, Set<string>>();
  readonly warnings: Warnings;

  constructor(
    private readonly connection: KubernetesConnection,
    private readonly logger: Logger,
    private readonly exposure: UrlExposure,
    private readonly listener: CompanionListener,
  ) {
    this.watch('/api/v1/configmaps', `${OURS},${LABELS.workloadId}`);
    this.watch('/api/v1/services', OURS);
    this.claims = this.watch('/api/v1/persistentvolumeclaims');
    this.claims.onChange(() => listener.onSurroundings());
    if (exposure.kind !== 'none') {
      const { group, plural } = ROUTE_GROUPS[exposure.kind];
      this.watch(`${group}/${plural}`, OURS);
    }
    this.classes = new Informer<StorageClassWire>({
      connection,
      logger,
      path: '/apis/storage.k8s.io/v1/storageclasses',
    });
    this.classes.onChange(() => listener.onSurroundings());
    this.warnings = new Warnings(connection, logger, {
      onPod: listener.onWarning,
      onClaim: listener.onSurroundings,
    });
  }

  async start(): Promise<void> {
    await Promise.all(this.all.map((informer) => informer.start()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((informer) => informer.stop()));
  }

  get synced(): boolean {
    return this.all.every(({ synced }) => synced);
  }

  /** Takes the API server's answer to our own write at once, ahead of the watch. */
  observe(collection: string, object: CompanionWire): void {
    this.informers.get(listPath(collection))?.observe(object);
  }

  forget(collection: string, { metadata }: CompanionWire): void {
    this.informers.get(listPath(collection))?.forget(keyOf({ metadata }), metadata.uid);
  }

  /** The record of a workload; undefined where there is none. */
  record(target: RealisedWorkload): CompanionWire | undefined {
    const { metadata } = workloadRecord(target);
    const found = this.at('/api/v1/configmaps', metadata);
    return found?.metadata.deletionTimestamp === undefined ? found : undefined;
  }

  /** True where the record and everything else of the workload is there and as it should be. */
  hasAll(target: RealisedWorkload): boolean {
    const record = this.record(target);
    if (record === undefined || !covers(record, workloadRecord(target))) return false;
    return companions(target, this.exposure).every((companion) => this.isInOrder(companion, record));
  }

  isInOrder(companion: Companion, record: CompanionWire): boolean {
    const found = this.find(companion);
    if (found === undefined) return false;
    return companion.presenceOnly || covers(found, withOwner(companion, record));
  }

  find({ path, object: { metadata } }: Pick<Companion, 'path' | 'object'>): CompanionWire | undefined {
    return this.at(listPath(path), metadata);
  }

  private at(list: string, metadata: KubernetesObject['metadata']): CompanionWire | undefined {
    return this.informers
      .get(list)
      ?.get(`${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`)
      ?.whole();
  }

  /** Every object that carries the label of the workload, each with the path of its collection. */
  ofWorkload(workloadId: string): readonly { readonly path: string; readonly object: CompanionWire }[] {
    return [...(this.byWorkload.get(workloadId) ?? [])].flatMap((entry) => {
      const [list = '', key = ''] = entry.split(' ');
      const object = this.informers.get(list)?.get(key)?.whole();
      if (object === undefined) return [];
      const at = list.lastIndexOf('/');
      const path = `${list.slice(0, at)}/namespaces/${object.metadata.namespace ?? ''}${list.slice(at)}`;
      return [{ path, object }];
    });
  }

  /** UUIDs of the devices that a replica reads from its map; undefined where there is none. */
  devicesIn(namespace: string, name: string): readonly string[] | undefined {
    const map = this.at('/api/v1/configmaps', { namespace, name });
    return map && uuidsIn(map.data?.[SHARED_GPU.visibleDevices] ?? '');
  }

  claimsOf(target: RealisedWorkload): readonly ClaimState[] {
    const { namespace } = target.workload.ref;
    return claimVolumes(target).map(({ name, field, made }) => {
      const found = this.claims.get(`${namespace}/${name}`)?.whole();
      if (found === undefined) return { name, field, made };
      const storageClass = found.spec?.['storageClassName'];
      const trouble = this.warnings.of(found.metadata.uid)?.message;
      const endingSince = found.metadata.deletionTimestamp;
      return {
        name,
        field,
        made,
        phase: found.status?.phase ?? 'Pending',
        ...(typeof storageClass === 'string' ? { storageClass } : {}),
        ...(trouble === undefined ? {} : { trouble }),
        ...(endingSince === undefined ? {} : { endingSince }),
      };
    });
  }

  storageClasses(): readonly StorageClassState[] {
    return [...this.classes.list()].map(({ metadata }) => ({
      name: metadata.name,
      isDefault: metadata.annotations?.[DEFAULT_CLASS] === 'true',
    }));
  }

  /** Claims that get their volume only once somebody says on which node it is used first. */
  claimsWithoutNode(target: RealisedWorkload): readonly string[] {
    const { namespace } = target.workload.ref;
    return claimVolumes(target).flatMap(({ name }) => {
      const claim = this.claims.get(`${namespace}/${name}`)?.whole();
      if (claim === undefined || claim.status?.phase === 'Bound') return [];
      const mode = this.classes.get(String(claim.spec?.['storageClassName'] ?? ''))?.volumeBindingMode;
      const chosen = claim.metadata.annotations?.[SELECTED_NODE] !== undefined;
      return mode === 'WaitForFirstConsumer' && !chosen ? [name] : [];
    });
  }

  private get all(): readonly Pick<Informer<WireObject>, 'start' | 'stop' | 'synced'>[] {
    return [...this.informers.values(), this.classes, this.warnings];
  }

  private watch(path: string, labelSelector?: string): Informer<CompanionWire, KeptCompanion> {
    const informer = new Informer<CompanionWire, KeptCompanion>({
      connection: this.connection,
      logger: this.logger,
      path,
      remember: (object) => KeptCompanion.of(object),
      unknownKind: 'empty',
      ...(labelSelector === undefined ? {} : { labelSelector }),
    });
    informer.onChange((change) => this.index(path, change));
    this.informers.set(path, informer);
    return informer;
  }

  private index(list: string, { type, object }: Change<CompanionWire | KeptCompanion>): void {
    const workloadId = object.metadata.labels?.[LABELS.workloadId];
    if (workloadId === undefined) return;
    const entry = `${list} ${keyOf(object)}`;
    const known = this.byWorkload.get(workloadId) ?? new Set();
    if (type === 'deleted') known.delete(entry);
    else known.add(entry);
    if (known.size === 0) this.byWorkload.delete(workloadId);
    else this.byWorkload.set(workloadId, known);
    // What is new was made by us, or is the list of the start.
    if (type !== 'added') this.listener.onWorkload(workloadId);
  }
}

/** The object with the reference to its record, where it goes with the workload. */
export const withOwner = (
  { object, owned }: Companion,
  record: CompanionWire,
): KubernetesObject & { readonly metadata?: { readonly name?: string } } =>
  owned
    ? { ...object, metadata: { ...object.metadata, ownerReferences: [ownedBy(record.metadata)] } }
    : object;

/** Path of the list of a collection in all namespaces. */
const listPath = (collection: string): string => collection.replace(/\/namespaces\/[^/]+/, '');
