import { LABELS, MANAGED_BY } from './names';

type Strings = Readonly<Record<string, string>>;

/** The project that a namespace is bound to. */
export interface NamespaceBinding {
  readonly project: string;
  /** Absent where an operator bound the namespace by the name of the project alone. */
  readonly projectId?: string;
}

/**
 * The project named by the labels of a Namespace object; undefined where they name none. Rights inside a namespace do
 * not cover the Namespace object, so no tenant can write these labels: the platform writes them when it creates the
 * namespace, an operator when it is adopted. This is the root of trust for every pod inside.
 */
export function bindingOf(labels: Strings | undefined): NamespaceBinding | undefined {
  const project = labels?.[LABELS.project];
  const projectId = labels?.[LABELS.projectId];
  if (project === undefined || project === '') return undefined;
  return { project, ...(projectId === undefined || projectId === '' ? {} : { projectId }) };
}

/** The part of a pod's metadata that identifies its owner. */
export interface OwnedMetadata {
  readonly namespace?: string;
  readonly labels?: Strings;
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface OwnerReference {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly controller?: boolean;
}

/** The workload that an object in the namespace of its project belongs to. */
export interface WorkloadIdentity {
  readonly project: string;
  readonly projectId: string;
  readonly workload: string;
  /** A UUID, in lower case. */
  readonly workloadId: string;
}

/** Owner of a pod. */
export interface PodOwner extends WorkloadIdentity {
  /** The owner object: a ConfigMap in the namespace of the pod. */
  readonly record: { readonly name: string; readonly uid: string };
}

export interface OwnerSources {
  /** The project that a namespace is bound to, from {@link bindingOf}; undefined where it is bound to none. */
  readonly bindingOf: (namespace: string) => NamespaceBinding | undefined;
  /**
   * The uid of the owner object of a workload, for a caller that knows the owner objects; undefined where it is
   * unknown, and then no pod belongs to that workload. Without this function the uid is not compared.
   */
  readonly ownerUid?: (namespace: string, workloadId: string) => string | undefined;
}

/**
 * The workload that a pod belongs to; undefined where it belongs to none, whatever its labels and annotations. A pod
 * belongs to a workload where its namespace is bound to the project in its labels and its controller is the owner
 * object of the workload in that namespace. Labels alone prove nothing: anyone who may create a pod can write them.
 */
export function ownerOf(metadata: OwnedMetadata, sources: OwnerSources): PodOwner | undefined {
  const identity = workloadOf(metadata, sources.bindingOf);
  const record = controllerOf(metadata);
  if (identity === undefined || record === undefined) return undefined;
  const { namespace = '' } = metadata;
  if (sources.ownerUid !== undefined && sources.ownerUid(namespace, identity.workloadId) !== record.uid)
    return undefined;
  return { ...identity, record };
}

/**
 * The workload in the labels of an object, such as its owner object; undefined where they name none, or where the
 * namespace is not bound to the project that they name.
 */
export function workloadOf(
  { namespace, labels = {} }: OwnedMetadata,
  bindingOf: OwnerSources['bindingOf'],
): WorkloadIdentity | undefined {
  const workloadId = labels[LABELS.workloadId]?.toLowerCase();
  const workload = labels[LABELS.workloadName];
  const projectId = labels[LABELS.projectId] ?? '';
  if (labels[LABELS.managedBy] !== MANAGED_BY || namespace === undefined || !workload) return undefined;
  if (workloadId === undefined || !UUID.test(workloadId)) return undefined;
  const binding = bindingOf(namespace);
  if (binding === undefined || binding.project !== labels[LABELS.project]) return undefined;
  if (binding.projectId !== undefined && binding.projectId !== projectId) return undefined;
  return { project: binding.project, projectId, workload, workloadId };
}

/** The ConfigMap that controls the pod; an object has one controller at most. */
function controllerOf({ ownerReferences = [] }: OwnedMetadata): PodOwner['record'] | undefined {
  const controller = ownerReferences.find((one) => one.controller === true);
  if (controller?.apiVersion !== 'v1' || controller.kind !== 'ConfigMap') return undefined;
  const { name, uid } = controller;
  return name && uid ? { name, uid } : undefined;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
