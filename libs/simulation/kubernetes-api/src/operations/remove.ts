import { fieldsOf, isFields, numberOf, textOf, type Fields } from '../wire/json';
import type { KubeObject, ObjectMeta, Pod } from '../wire/objects';
import { isTerminal } from '../wire/pod-resources';
import { timestamp, type ApiContext } from '../context';
import type { ResourceKind } from '../resources';
import { forbidden, invalid, notSupported, preconditionFailed } from '../status-error';
import type { Entry } from '../store/entry';
import type { Target } from './write';

export type Propagation = 'Background' | 'Foreground' | 'Orphan';

/** Options of a deletion. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagation: Propagation;
  readonly preconditions: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun: boolean;
}

const POLICIES: readonly string[] = ['Foreground', 'Background', 'Orphan'];

/** Reads DeleteOptions from the body, or from the query without a body. */
export function deleteOptions(body: unknown, query: URLSearchParams): DeleteOptions {
  const given: Fields = isFields(body) && Object.keys(body).length > 0 ? body : Object.fromEntries(query);
  const policy = textOf(given['propagationPolicy']);
  if (policy !== undefined && !POLICIES.includes(policy))
    throw invalid({ kind: 'DeleteOptions', group: 'meta.k8s.io' }, '', [
      notSupported('propagationPolicy', policy, [...POLICIES, 'nil']),
    ]);
  const grace = given['gracePeriodSeconds'];
  const { uid, resourceVersion } = fieldsOf(given['preconditions']);
  const orphan = given['orphanDependents'] === true || given['orphanDependents'] === 'true';
  return {
    ...(grace === undefined || grace === null ? {} : { gracePeriodSeconds: Math.max(0, Number(grace)) }),
    propagation: (policy as Propagation | undefined) ?? (orphan ? 'Orphan' : 'Background'),
    preconditions: {
      ...(typeof uid === 'string' ? { uid } : {}),
      ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
    },
    dryRun:
      query.getAll('dryRun').includes('All') ||
      (Array.isArray(given['dryRun']) && given['dryRun'].includes('All')),
  };
}

/** The result of a deletion: deleted, or waiting for the grace period or finalizers. */
export interface Removal {
  readonly entry: Entry;
  readonly gone: boolean;
}

/**
 * Deletes an object. Pods on a node first get their grace period; an object with finalizers stays until they are
 * removed. Throws 404, and 409 when a precondition fails.
 */
export function remove(context: ApiContext, target: Target, options: DeleteOptions): Removal {
  const { resource, namespace, name } = target;
  const entry = context.store.get(resource, namespace, name);
  demandPreconditions(resource, entry.object.metadata, options);
  if (
    resource.plural === 'namespaces' &&
    ['default', 'kube-system', 'kube-public', 'kube-node-lease'].includes(name)
  )
    throw forbidden(resource, name, 'this namespace may not be deleted');
  const grace = gracePeriod(resource, entry.object, options.gracePeriodSeconds);
  const finalizers = finalizersFor(entry.object, options.propagation);
  const waits = grace > 0 || finalizers.length > 0 || hasSpecFinalizers(entry.object);
  if (options.dryRun) return { entry, gone: !waits };
  if (!waits) return { entry: context.store.remove(resource, entry), gone: true };
  return { entry: mark(context, resource, entry, grace, finalizers), gone: false };
}

function demandPreconditions(
  resource: ResourceKind,
  metadata: ObjectMeta,
  { preconditions }: DeleteOptions,
): void {
  const { uid, resourceVersion } = preconditions;
  if (uid !== undefined && uid !== metadata.uid)
    throw preconditionFailed(resource, metadata.name, 'UID', uid, metadata.uid ?? '');
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw preconditionFailed(
      resource,
      metadata.name,
      'ResourceVersion',
      resourceVersion,
      metadata.resourceVersion ?? '',
    );
}

/** Only pods on a kubelet get a grace period. */
function gracePeriod(resource: ResourceKind, object: KubeObject, asked: number | undefined): number {
  if (resource.plural !== 'pods') return 0;
  const pod = object as Pod;
  if (!pod.spec.nodeName || isTerminal(pod)) return 0;
  return asked ?? pod.spec.terminationGracePeriodSeconds ?? 30;
}

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';

function finalizersFor({ metadata }: KubeObject, propagation: Propagation): readonly string[] {
  const kept = (metadata.finalizers ?? []).filter(
    (finalizer) => finalizer !== FOREGROUND && finalizer !== ORPHAN,
  );
  if (propagation === 'Foreground') return [...kept, FOREGROUND];
  return propagation === 'Orphan' ? [...kept, ORPHAN] : kept;
}

const hasSpecFinalizers = (object: KubeObject): boolean =>
  object.kind === 'Namespace' &&
  ((fieldsOf(object['spec'])['finalizers'] as unknown[] | undefined) ?? []).length > 0;

/** Marks the object as being deleted; a second deletion may only shorten the grace period. */
function mark(
  context: ApiContext,
  resource: ResourceKind,
  entry: Entry,
  grace: number,
  finalizers: readonly string[],
): Entry {
  const { metadata } = entry.object;
  const before =
    metadata.deletionTimestamp === undefined
      ? Infinity
      : (numberOf(metadata.deletionGracePeriodSeconds) ?? 0);
  if (grace >= before) return entry;
  const next: ObjectMeta = {
    ...metadata,
    deletionTimestamp: timestamp(context.now() + grace * 1000),
    deletionGracePeriodSeconds: grace,
    ...(metadata.generation === undefined ? {} : { generation: metadata.generation + 1 }),
  };
  if (finalizers.length > 0) next.finalizers = [...finalizers];
  const object: KubeObject = { ...entry.object, metadata: next };
  if (object.kind === 'Namespace') object['status'] = { ...fieldsOf(object['status']), phase: 'Terminating' };
  return context.store.replace(resource, entry, object);
}
