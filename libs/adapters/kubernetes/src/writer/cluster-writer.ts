import { randomBytes } from 'node:crypto';
import type { V1Pod } from '@kubernetes/client-node';
import {
  NotLeadingError,
  type AcceptedWorkload,
  type ClusterWriter,
  type DeviceGroup,
  type ReservationPod,
  type NewReplica,
  type Problem,
  type ProjectNamespace,
  type CompiledWorkload,
  type ReplicaPod,
} from '@tessera/application-reconciliation';
import {
  ANNOTATIONS,
  MAIN_CONTAINER,
  SELECTED_NODE,
  HELD_PLACE,
  type HeldPlace,
  type OwnerData,
} from '@tessera/contracts-kubernetes';
import type { WorkloadRef } from '@tessera/contracts-events';
import type { Guardrails, GuardrailRefusal } from '@tessera/domain-workload';
import { withOwner, type ObjectCache } from '../view/object-cache';
import type { OwnedObjectWire } from '../view/trimmed-object';
import type { KubernetesConnection } from '../api/connection';
import { ServerVersion } from '../api/server-version';
import { covers } from '../objects/covers';
import { isNotFound } from '../api/errors';
import { GuardrailError } from './guardrail-error';
import { ownedObjects } from '../objects/owned-objects';
import { reservationAccess, reservationPod, type ReservationSettings } from '../objects/reservation-pod';
import { objectName } from '../objects/metadata';
import type { NetworkSettings } from '../objects/network-policy';
import { replicaPod, type LeavingSettings } from '../objects/pod';
import { ownedBy, ownerObject } from '../objects/owner-object';
import type { UrlExposure } from '../objects/routes';
import { restricted } from '../objects/security';
import { deviceAnnotations, deviceMap, deviceMapName, isShared, type GpuSharing } from '../objects/sharing';
import { isGone, throwLost, throwUnknown } from './lost-answer';
import { ObjectWriter } from './object-writer';
import { demandsRestricted, problemOf } from './problem-of';
import { ProjectNamespaces } from './project-namespaces';
import type { PodWire } from '../api/wire';

/** Receives our own writes before the watch delivers them. */
export interface WriteListener {
  /** The API server's answer to a write of a pod. */
  readonly onPod: (pod: PodWire) => void;
  /** The pod was deleted. */
  readonly onPodGone: (pod: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
  }) => void;
}

export interface WriterOptions {
  /** `create`: the scheduler creates the namespaces of projects; `adopt`: an administrator does. */
  readonly namespaces: 'create' | 'adopt';
  /** Namespaces that no project may use, in addition to those of Kubernetes. */
  readonly reservedNamespaces: readonly string[];
  /** Guardrails of a project. */
  readonly guardrailsOf: (projectId: string) => Guardrails;
  /** Guardrail violations of a workload; if there are any, nothing is written for it. */
  readonly refusalsOf: (workload: AcceptedWorkload) => readonly GuardrailRefusal[];
  /** Settings of the NetworkPolicy in each project's namespace. */
  readonly network: NetworkSettings;
  readonly sharing: GpuSharing;
  readonly reservationPods: ReservationSettings;
  readonly exposure: UrlExposure;
  /** How replicas terminate; if absent, the defaults of Kubernetes apply. */
  readonly leaving?: LeavingSettings;
  /** False once another process may hold the lease; nothing is written then. */
  readonly mayWrite: () => boolean;
}

/** Writes replicas and their dependencies. Names are deterministic, so every call is idempotent. */
export class KubernetesClusterWriter implements ClusterWriter {
  /** RBAC objects of reservation pods, created once. */
  private access: Promise<void> | undefined;
  private readonly namespaces: ProjectNamespaces;
  private readonly objects: ObjectWriter;
  private readonly version: ServerVersion;

  constructor(
    private readonly connection: KubernetesConnection,
    private readonly cache: ObjectCache,
    private readonly listener: WriteListener,
    private readonly options: WriterOptions,
  ) {
    this.version = new ServerVersion(connection);
    this.objects = new ObjectWriter(connection, cache, () => this.demandLead());
    this.namespaces = new ProjectNamespaces(connection, {
      mode: options.namespaces,
      reserved: options.reservedNamespaces,
      guardrailsOf: options.guardrailsOf,
      network: options.network,
      demandLead: () => this.demandLead(),
      create: (path, body) => this.objects.create(path, body),
    });
  }

  ensureNamespace(project: ProjectNamespace): Promise<void> {
    return this.namespaces.ensure(project);
  }

  /** Throws if the guardrails reject the workload, or its project may not use its namespace. */
  private async admit({ workload }: CompiledWorkload): Promise<void> {
    const refused = this.options.refusalsOf(workload);
    if (refused.length > 0) throw new GuardrailError(refused);
    await this.namespaces.ensureOnce(workload.ref);
  }

  /** The workload as its namespace admits it, unless its spec says otherwise. */
  private async admitted(target: CompiledWorkload): Promise<CompiledWorkload> {
    if (!(await this.namespaces.isRestricted(target.workload.ref.namespace))) return target;
    return { ...target, intent: { ...target.intent, security: restricted(target.intent.security) } };
  }

  /**
   * Writes the owner object and, before a pod, the claims: usually two writes, because other pods may wait for them.
   */
  async ensureFirst(target: CompiledWorkload): Promise<void> {
    await this.admit(target);
    const record = await this.ensureOwnerObject(target);
    for (const ownedObject of ownedObjects(target, this.options.exposure))
      if (ownedObject.first && !this.cache.isInOrder(ownedObject, record))
        await this.objects.ensure(ownedObject.path, withOwner(ownedObject, record), ownedObject.presenceOnly);
  }

  async ensureObjects(target: CompiledWorkload): Promise<Problem | undefined> {
    await this.admit(target);
    const record = await this.ensureOwnerObject(target);
    let problem: Problem | undefined;
    for (const ownedObject of ownedObjects(target, this.options.exposure)) {
      if (this.cache.isInOrder(ownedObject, record)) continue;
      try {
        await this.objects.ensure(ownedObject.path, withOwner(ownedObject, record), ownedObject.presenceOnly);
      } catch (error) {
        if (!ownedObject.optional || error instanceof NotLeadingError) throw error;
        problem ??= this.problemOf(error);
      }
    }
    return problem;
  }

  async createReplica(target: CompiledWorkload, replica: NewReplica): Promise<void> {
    const path = `/api/v1/namespaces/${target.workload.ref.namespace}/pods`;
    const named =
      isShared(replica) && replica.devices === undefined
        ? { ...replica, deviceMap: deviceMapName(replica.name, randomBytes(4).toString('hex')) }
        : replica;
    const record = this.cache.record(target);
    if (record === undefined)
      throw new Error(`The owner object of ${target.workload.ref.name} does not exist yet`);
    await this.chooseNode(target, replica);
    const leaving = await this.leaving();
    const admitted = await this.admitted(target);
    const wanted = replicaPod(admitted, named, this.options.sharing, ownedBy(record.metadata), leaving);
    const made = (await this.objects.create(path, wanted).catch(async (error: unknown) => {
      if (admitted === target && demandsRestricted(error))
        await this.namespaces.restrict(target.workload.ref.namespace);
      return throwLost(error);
    })) as PodWire | undefined;
    // The pod exists: whatever keeps it from being read, its place is used.
    const existing = made ?? (await this.adopt(path, wanted).catch(throwUnknown));
    this.listener.onPod(existing);
  }

  async findReplica({ namespace, name }: Pick<ReplicaPod, 'namespace' | 'name'>): Promise<boolean> {
    try {
      const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
      this.listener.onPod(await this.connection.request<PodWire>('GET', path));
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  async createReservationPod(group: DeviceGroup): Promise<void> {
    const wanted = reservationPod(group, this.options.reservationPods);
    const path = `/api/v1/namespaces/${this.options.reservationPods.namespace}/pods`;
    await this.ensureAccess();
    const made = (await this.objects.create(path, wanted).catch((error: unknown) => {
      this.access = undefined;
      throw error;
    })) as PodWire | undefined;
    if (made !== undefined) return this.listener.onPod(made);
    const found = await this.connection.request<PodWire>('GET', `${path}/${wanted.metadata?.name ?? ''}`);
    const { metadata, spec } = found;
    if (metadata.deletionTimestamp !== undefined)
      throw new Error(`The previous reservation pod ${metadata.name} is still terminating`);
    if (spec.nodeName !== group.node)
      throw new Error(
        `A pod ${metadata.name} on ${spec.nodeName ?? 'no node'} already has the name of the reservation pod`,
      );
    this.listener.onPod(found);
  }

  /** Grace period 0: the program has nothing to save, and its device is free when the call returns. */
  async removeReservationPod({ namespace, name, uid }: ReservationPod): Promise<void> {
    await this.objects.remove(`/api/v1/namespaces/${namespace}/pods/${name}`, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      gracePeriodSeconds: 0,
      preconditions: { uid },
    });
    this.listener.onPodGone({ namespace, name, uid });
  }

  /** Writes the ConfigMap first, then the mark on the pod, so that the mark implies the ConfigMap. */
  async injectDevices(pod: ReplicaPod, devices: readonly string[]): Promise<void> {
    const { sharing } = this.options;
    const { name, namespace, uid, deviceMap: map } = pod;
    const path = `/api/v1/namespaces/${namespace}`;
    this.demandLead();
    try {
      if (map !== undefined) {
        const body = deviceMap(pod, map, devices, sharing);
        const made = await this.objects.create(`${path}/configmaps`, body);
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

  async setRotation({ namespace, name, uid }: ReplicaPod, drainingSince: string | undefined): Promise<void> {
    this.demandLead();
    const annotations = { [ANNOTATIONS.draining]: drainingSince ?? null };
    try {
      const marked = await this.connection.request('PATCH', `/api/v1/namespaces/${namespace}/pods/${name}`, {
        body: { metadata: { uid, annotations } },
        contentType: 'application/merge-patch+json',
      });
      this.listener.onPod(marked as PodWire);
    } catch (error) {
      if (!isNotFound(error) && !isGone(error)) throw error;
    }
  }

  writeOwnerData({ ref }: AcceptedWorkload, data: OwnerData): Promise<void> {
    return this.patchOwner(ref, data);
  }

  holdPlace({ ref }: AcceptedWorkload, place: HeldPlace | undefined): Promise<void> {
    return this.patchOwner(ref, { [HELD_PLACE]: place === undefined ? null : JSON.stringify(place) });
  }

  private async patchOwner(ref: WorkloadRef, data: object): Promise<void> {
    this.demandLead();
    const path = `/api/v1/namespaces/${ref.namespace}/configmaps`;
    try {
      const written = await this.connection.request<OwnedObjectWire>(
        'PATCH',
        `${path}/${objectName(ref.name, 'workload')}`,
        { body: { data }, contentType: 'application/merge-patch+json' },
      );
      this.cache.observe(path, written);
    } catch (error) {
      // The owner object is created with the other objects, and its data follows.
      if (!isNotFound(error)) throw error;
    }
  }

  /** The uid is a precondition, so that a late call never deletes a successor with the same name. */
  async removeReplica(
    { namespace, name, uid }: ReplicaPod,
    { atOnce }: { readonly atOnce: boolean } = { atOnce: false },
  ): Promise<void> {
    await this.objects.remove(`/api/v1/namespaces/${namespace}/pods/${name}`, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid },
      ...(atOnce ? { gracePeriodSeconds: 0 } : {}),
    });
    if (atOnce) this.listener.onPodGone({ namespace, name, uid });
  }

  /** Deletes the owner object last: it takes along whatever an interrupted deletion left. */
  async removeObjects({ ref }: AcceptedWorkload): Promise<void> {
    const found = this.cache.ofWorkload(ref.workloadId);
    const isRecord = ({ object }: (typeof found)[number]): boolean =>
      object.metadata.name === objectName(ref.name, 'workload');
    for (const { path, object } of [...found].sort((a, b) => Number(isRecord(a)) - Number(isRecord(b)))) {
      const { name, uid } = object.metadata;
      await this.objects.remove(`${path}/${name}`, {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: 'Background',
        preconditions: { uid },
      });
      this.cache.forget(object);
    }
  }

  problemOf(error: unknown): Problem {
    const problem = problemOf(error);
    // The cached data of the namespace is outdated.
    if (problem.reason === 'NamespaceMissing') this.namespaces.forget();
    return problem;
  }

  /** Without sleep actions a replica ends without a hook: a command would have to be in the image. */
  private async leaving(): Promise<LeavingSettings | undefined> {
    const { leaving } = this.options;
    if (leaving === undefined || leaving.preStopSeconds === 0) return leaving;
    return (await this.version.hasSleepAction()) ? leaving : { ...leaving, preStopSeconds: 0 };
  }

  private demandLead(): void {
    if (!this.options.mayWrite())
      throw new NotLeadingError('the lease was not renewed in time, so nothing is written');
  }

  private async ensureOwnerObject(target: CompiledWorkload): Promise<Pick<OwnedObjectWire, 'metadata'>> {
    const wanted = ownerObject(target);
    const known = this.cache.record(target);
    if (known?.covers(wanted) === true) return known;
    return this.objects.ensure(
      `/api/v1/namespaces/${target.workload.ref.namespace}/configmaps`,
      wanted,
      false,
    );
  }

  /** Sets the first node of a claim, which Kubernetes' own scheduler would otherwise do. */
  private async chooseNode(target: CompiledWorkload, { placement }: NewReplica): Promise<void> {
    const path = `/api/v1/namespaces/${target.workload.ref.namespace}/persistentvolumeclaims`;
    for (const name of this.cache.claimsWithoutNode(target, placement.node)) {
      this.demandLead();
      const claim = await this.connection.request<OwnedObjectWire>('PATCH', `${path}/${name}`, {
        body: { metadata: { annotations: { [SELECTED_NODE]: placement.node } } },
        contentType: 'application/merge-patch+json',
      });
      this.cache.observe(path, claim);
    }
  }

  /** A pod of that name exists: ours from an earlier attempt, unless someone removed its labels. */
  private async adopt(path: string, wanted: V1Pod): Promise<PodWire> {
    const at = `${path}/${wanted.metadata?.name ?? ''}`;
    const found = await this.connection.request<PodWire>('GET', at);
    const labels = wanted.metadata?.labels ?? {};
    if (covers(found.metadata.labels, labels)) return found;
    return this.connection.request<PodWire>('PATCH', at, {
      body: { metadata: { uid: found.metadata.uid, labels } },
      contentType: 'application/merge-patch+json',
    });
  }

  private async ensureAccess(): Promise<void> {
    this.access ??= this.createAccess().catch((error: unknown) => {
      this.access = undefined;
      throw error;
    });
    await this.access;
  }

  private async createAccess(): Promise<void> {
    const { namespaces, reservationPods: reservationPods } = this.options;
    for (const { path, object } of reservationAccess(reservationPods.namespace))
      // With `adopt`, an administrator creates this namespace too; the scheduler may lack the permission.
      if (namespaces === 'create' || object.kind !== 'Namespace') await this.objects.create(path, object);
  }
}
