import { randomBytes } from 'node:crypto';
import {
  NotLeadingError,
  type AcceptedWorkload,
  type ClusterWriter,
  type DeviceGroup,
  type Holder,
  type NewReplica,
  type Problem,
  type ProjectNamespace,
  type RealisedWorkload,
  type ReplicaPod,
} from '@tessera/application-reconciliation';
import { LABELS } from '@tessera/contracts-kubernetes';
import type { KubernetesConnection } from './connection';
import { isAlreadyExists, isNotFound, isRefused, missingNamespace } from './errors';
import { claims, projectNamespace, services } from './objects/companions';
import { MAIN_CONTAINER } from './objects/container';
import { holderAccess, holderPod, type HolderSettings } from './objects/holder';
import { replicaPod } from './objects/pod';
import { deviceAnnotations, deviceMap, deviceMapName, isShared, type GpuSharing } from './objects/sharing';
import type { PodWire } from './wire';

/** Told of our own writes, ahead of the watch. */
export interface WriteListener {
  /** The server's answer to a pod of ours. */
  readonly onPod: (pod: PodWire) => void;
  /** This pod is gone. */
  readonly onPodGone: (pod: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
  }) => void;
}

export interface WriterOptions {
  /** Whether namespaces of projects are made here or by somebody else. */
  readonly namespaces: 'create' | 'adopt';
  readonly sharing: GpuSharing;
  readonly holders: HolderSettings;
  /** False once the lease may be somebody else's: then nothing is written. */
  readonly mayWrite: () => boolean;
}

/** Writes replicas and what they need. Deterministic names make every call repeatable. */
export class KubernetesClusterWriter implements ClusterWriter {
  /** Access of holders, made once. */
  private access: Promise<void> | undefined;

  constructor(
    private readonly connection: KubernetesConnection,
    private readonly listener: WriteListener,
    private readonly options: WriterOptions,
  ) {}

  async ensureNamespace(project: ProjectNamespace): Promise<void> {
    if (this.options.namespaces === 'create')
      await this.create('/api/v1/namespaces', projectNamespace(project));
  }

  async ensureObjects(target: RealisedWorkload): Promise<void> {
    const { namespace } = target.workload.ref;
    await this.ensureNamespace(target.workload.ref);
    for (const claim of claims(target))
      await this.create(`/api/v1/namespaces/${namespace}/persistentvolumeclaims`, claim);
    for (const service of services(target))
      await this.create(`/api/v1/namespaces/${namespace}/services`, service);
  }

  async createReplica(target: RealisedWorkload, replica: NewReplica): Promise<void> {
    const path = `/api/v1/namespaces/${target.workload.ref.namespace}/pods`;
    const named =
      isShared(replica) && replica.devices === undefined
        ? { ...replica, deviceMap: deviceMapName(replica.name, randomBytes(4).toString('hex')) }
        : replica;
    const pod =
      (await this.create(path, replicaPod(target, named, this.options.sharing))) ??
      (await this.connection.request('GET', `${path}/${replica.name}`));
    this.listener.onPod(pod as PodWire);
  }

  async createHolder(group: DeviceGroup): Promise<void> {
    const wanted = holderPod(group, this.options.holders);
    const path = `/api/v1/namespaces/${this.options.holders.namespace}/pods`;
    await this.ensureAccess();
    const made = (await this.create(path, wanted).catch((error: unknown) => {
      this.access = undefined;
      throw error;
    })) as PodWire | undefined;
    if (made !== undefined) return this.listener.onPod(made);
    const found = await this.connection.request<PodWire>('GET', `${path}/${wanted.metadata?.name ?? ''}`);
    const { metadata, spec } = found;
    if (metadata.deletionTimestamp !== undefined)
      throw new Error(`The pod ${metadata.name} that held the device before is still ending`);
    if (spec.nodeName !== group.node)
      throw new Error(`A pod ${metadata.name} on ${spec.nodeName ?? 'no node'} has the name of the holder`);
    this.listener.onPod(found);
  }

  /** Grace 0: the program inside has nothing to save, and its device is free when the call returns. */
  async removeHolder({ namespace, name, uid }: Holder): Promise<void> {
    await this.remove(`/api/v1/namespaces/${namespace}/pods/${name}`, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      gracePeriodSeconds: 0,
      preconditions: { uid },
    });
    this.listener.onPodGone({ namespace, name, uid });
  }

  /** First what the container waits for, then the mark that it is there: whoever reads the mark can rely on it. */
  async handOver(pod: ReplicaPod, devices: readonly string[]): Promise<void> {
    const { sharing } = this.options;
    const { name, namespace, uid, deviceMap: map } = pod;
    const path = `/api/v1/namespaces/${namespace}`;
    this.demandLead();
    try {
      if (map !== undefined) {
        const body = deviceMap(pod, map, devices, sharing);
        const made = await this.create(`${path}/configmaps`, body);
        if (made === undefined) await this.connection.request('PUT', `${path}/configmaps/${map}`, { body });
      }
      const annotations = deviceAnnotations(devices, sharing, MAIN_CONTAINER);
      const marked = await this.connection.request('PATCH', `${path}/pods/${name}`, {
        body: { metadata: { uid, annotations } },
        contentType: 'application/merge-patch+json',
      });
      this.listener.onPod(marked as PodWire);
    } catch (error) {
      if (!isNotFound(error) && !isGone(error)) throw error;
    }
  }

  /** The uid is a precondition, so that a late call never ends a successor of the same name. */
  async removeReplica(pod: ReplicaPod): Promise<void> {
    const preconditions = { uid: pod.uid };
    await this.remove(`/api/v1/namespaces/${pod.namespace}/pods/${pod.name}`, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions,
    });
  }

  async removeObjects({ ref }: AcceptedWorkload): Promise<void> {
    const query = { labelSelector: `${LABELS.workloadId}=${ref.workloadId}` };
    for (const kind of ['services', 'persistentvolumeclaims']) {
      const path = `/api/v1/namespaces/${ref.namespace}/${kind}`;
      const found = await this.connection.request<{ items: readonly { metadata: { name: string } }[] }>(
        'GET',
        path,
        { query },
      );
      for (const { metadata } of found.items) await this.remove(`${path}/${metadata.name}`);
    }
  }

  problemOf(error: unknown): Problem {
    const message = error instanceof Error ? error.message : String(error);
    if (isRefused(error)) return { final: true, reason: 'RefusedByCluster', message };
    const missing = missingNamespace(error);
    if (missing === undefined) return { final: false, reason: 'ClusterUnavailable', message };
    return {
      final: false,
      reason: 'NamespaceMissing',
      message: `The namespace "${missing}" of the project does not exist in the cluster; create it, and the workload goes on.`,
    };
  }

  private demandLead(): void {
    if (!this.options.mayWrite())
      throw new NotLeadingError('the lease was not renewed in time: nothing is written');
  }

  private async ensureAccess(): Promise<void> {
    this.access ??= this.createAccess().catch((error: unknown) => {
      this.access = undefined;
      throw error;
    });
    await this.access;
  }

  private async createAccess(): Promise<void> {
    for (const { path, object } of holderAccess(this.options.holders.namespace))
      await this.create(path, object);
  }

  /** Undefined where an object of that name is there already. */
  private async create(path: string, body: object): Promise<unknown> {
    this.demandLead();
    try {
      return await this.connection.request('POST', path, { body });
    } catch (error) {
      if (isAlreadyExists(error)) return undefined;
      throw error;
    }
  }

  private async remove(path: string, body?: object): Promise<void> {
    this.demandLead();
    try {
      await this.connection.request('DELETE', path, body === undefined ? {} : { body });
    } catch (error) {
      if (!isNotFound(error) && !isGone(error)) throw error;
    }
  }
}

/** Another object of that name has taken the place: ours is gone. */
const isGone = (error: unknown): boolean => (error as { readonly status?: number }).status === 409;
