import {
  NotLeadingError,
  type AcceptedWorkload,
  type ClusterWriter,
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
import { replicaPod } from './objects/pod';
import type { PodWire } from './wire';

/** Writes replicas and what they need. Deterministic names make every call repeatable. */
export class KubernetesClusterWriter implements ClusterWriter {
  constructor(
    private readonly connection: KubernetesConnection,
    /** Told the server's answer to a pod of ours, ahead of the watch. */
    private readonly onPod: (pod: PodWire) => void,
    /** Whether namespaces of projects are made here or by somebody else. */
    private readonly namespaces: 'create' | 'adopt',
    /** False once the lease may be somebody else's: then nothing is written. */
    private readonly mayWrite: () => boolean = () => true,
  ) {}

  async ensureNamespace(project: ProjectNamespace): Promise<void> {
    if (this.namespaces === 'create') await this.create('/api/v1/namespaces', projectNamespace(project));
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
    const pod =
      (await this.create(path, replicaPod(target, replica))) ??
      (await this.connection.request('GET', `${path}/${replica.name}`));
    this.onPod(pod as PodWire);
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
    if (!this.mayWrite()) throw new NotLeadingError('the lease was not renewed in time: nothing is written');
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
