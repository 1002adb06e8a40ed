import { SELECTED_NODE } from '@tessera/contracts-kubernetes';
import type { Logger } from '@tessera/platform-logging';
import { Informer } from '../client/informer';
import {
  collectionPath,
  isAlreadyExists,
  isConflict,
  isNotFound,
  type KubeApi,
  objectPath,
} from '@tessera/simulation-kubernetes-api/client';
import { fieldsOf, type KubeObject } from '@tessera/simulation-kubernetes-api/wire';
import { EventRecorder } from './events';

/** Binds claims to volumes without storage behind them, once the StorageClass of the claim exists. */
export class VolumeProvisioner {
  private readonly claims: Informer<KubeObject>;
  private readonly classes: Informer<KubeObject>;
  private readonly known = new Map<string, KubeObject>();
  private readonly events: EventRecorder;

  constructor(
    private readonly client: KubeApi,
    private readonly logger: Logger,
  ) {
    this.events = new EventRecorder(client, logger);
    this.claims = new Informer(
      client,
      collectionPath('persistentvolumeclaims'),
      { changed: (claim) => this.consider(claim), deleted: (claim) => this.reclaim(claim) },
      logger,
    );
    this.classes = new Informer(
      client,
      collectionPath('storageclasses'),
      {
        changed: (found) => this.classAdded(found),
        deleted: ({ metadata }) => void this.known.delete(metadata.name),
      },
      logger,
    );
  }

  start(): void {
    this.classes.start();
    this.claims.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.claims.stop(), this.classes.stop()]);
  }

  private classAdded(found: KubeObject): void {
    this.known.set(found.metadata.name, found);
    for (const claim of this.claims.objects) this.consider(claim);
  }

  private consider(claim: KubeObject): void {
    if (fieldsOf(claim['status'])['phase'] !== 'Pending' || claim.metadata.deletionTimestamp !== undefined)
      return;
    const name = fieldsOf(claim['spec'])['storageClassName'];
    const found = this.known.get(String(name ?? ''));
    if (found !== undefined && waitsForConsumer(claim, found)) return;
    if (found !== undefined)
      return void this.bind(claim, found).catch((error: unknown) => {
        if (!isNotFound(error) && !isConflict(error))
          this.logger.warn({ err: error, claim: claim.metadata.name }, 'could not bind a claim');
      });
    if (!this.classes.hasSynced) return;
    const [reason, message] =
      name === undefined || name === ''
        ? ['FailedBinding', 'no persistent volumes available for this claim and no storage class is set']
        : ['ProvisioningFailed', `storageclass.storage.k8s.io "${String(name)}" not found`];
    this.events.record({ ...claim, kind: 'PersistentVolumeClaim' }, '', {
      type: 'Warning',
      reason,
      message,
      component: 'persistentvolume-controller',
    });
  }

  /** Writes both halves of the binding like the real controllers. */
  private async bind(claim: KubeObject, storageClass: KubeObject): Promise<void> {
    const { name, namespace, uid = '' } = claim.metadata;
    const spec = fieldsOf(claim['spec']);
    const volume = String(spec['volumeName'] ?? `pvc-${uid}`);
    const capacity = fieldsOf(fieldsOf(spec['resources'])['requests']);
    const { accessModes, volumeMode, storageClassName } = spec;
    await this.createVolume(volume, {
      accessModes,
      volumeMode,
      storageClassName,
      capacity,
      persistentVolumeReclaimPolicy: storageClass['reclaimPolicy'] ?? 'Delete',
      csi: { driver: 'simulator.tessera.io', volumeHandle: volume },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid },
    });
    const path = objectPath('persistentvolumeclaims', name, namespace);
    const annotations = {
      'pv.kubernetes.io/bind-completed': 'yes',
      'pv.kubernetes.io/bound-by-controller': 'yes',
    };
    await this.client.patch(path, { metadata: { uid, annotations }, spec: { volumeName: volume } });
    await this.client.patch(`${path}/status`, {
      metadata: { uid },
      status: { phase: 'Bound', accessModes, capacity },
    });
    await this.client.patch(`${objectPath('persistentvolumes', volume)}/status`, {
      status: { phase: 'Bound' },
    });
  }

  private async createVolume(name: string, spec: Record<string, unknown>): Promise<void> {
    try {
      await this.client.create(collectionPath('persistentvolumes'), {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: {
          name,
          annotations: { 'pv.kubernetes.io/provisioned-by': 'simulator.tessera.io/volumes' },
        },
        spec,
      });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }

  private reclaim(claim: KubeObject): void {
    const volume = fieldsOf(claim['spec'])['volumeName'];
    if (volume !== `pvc-${claim.metadata.uid ?? ''}`) return;
    void this.client.remove(objectPath('persistentvolumes', String(volume))).catch((error: unknown) => {
      if (!isNotFound(error)) this.logger.warn({ err: error, volume }, 'could not remove a volume');
    });
  }
}

/** True until a node was selected for the claim; Kubernetes' own scheduler selects it. */
const waitsForConsumer = ({ metadata }: KubeObject, storageClass: KubeObject): boolean =>
  storageClass['volumeBindingMode'] === 'WaitForFirstConsumer' &&
  metadata.annotations?.[SELECTED_NODE] === undefined;
