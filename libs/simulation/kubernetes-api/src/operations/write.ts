import { copyOf, fieldsOf, isFields, sameJson, type Fields } from '../wire/json';
import type { KubeObject, ObjectMeta } from '../wire/objects';
import { timestamp, type ApiContext } from '../context';
import { metadataProblems } from '../objects/names';
import { apiVersionOf, knownResource, type ResourceKind } from '../resources';
import { strategyOf } from '../rules/table';
import {
  badRequest,
  conflict,
  forbidden,
  invalid,
  invalidValue,
  notFound,
  StatusError,
} from '../status-error';
import type { Entry } from '../store/entry';

/** The object that a request addresses. */
export interface Target {
  readonly resource: ResourceKind;
  readonly namespace: string | undefined;
  readonly name: string;
  /** `status` or another subresource; undefined for the object itself. */
  readonly subresource?: string | undefined;
}

export interface WriteOptions {
  readonly dryRun: boolean;
}

/** Checks that a body is an object of the kind and fills in optional fields. */
export function objectFrom(resource: ResourceKind, body: unknown): KubeObject {
  if (!isFields(body)) throw badRequest('the body of the request is not a JSON object');
  const wanted = apiVersionOf(resource);
  const { kind = resource.kind, apiVersion = wanted } = body;
  if (apiVersion !== wanted)
    throw badRequest(
      `the API version in the data (${String(apiVersion)}) does not match the expected API version (${wanted})`,
    );
  if (kind !== resource.kind)
    throw badRequest(
      `${String(kind)} in version "${wanted}" cannot be handled as a ${resource.kind}: unknown conversion`,
    );
  const metadata = { ...fieldsOf(body['metadata']) } as unknown as ObjectMeta;
  return { ...body, kind: resource.kind, apiVersion: wanted, metadata };
}

/**
 * Creates an object: defaults, identity, validation. Throws 404 for a missing namespace, 409 for a name in use, 422.
 */
export function create(
  context: ApiContext,
  resource: ResourceKind,
  namespace: string | undefined,
  body: unknown,
  options: WriteOptions = { dryRun: false },
): Entry {
  const object = objectFrom(resource, body);
  settleNamespace(object, namespace);
  if (object.metadata.resourceVersion !== undefined && object.metadata.resourceVersion !== '')
    throw new StatusError(500, '', 'resourceVersion should not be set on objects to be created');
  if (!object.metadata.name && object.metadata.generateName)
    object.metadata.name = `${object.metadata.generateName.slice(0, 58)}${context.newSuffix()}`;
  giveIdentity(context, object);
  omitEmpty(object);
  demandNamespace(context, resource, object);
  const strategy = strategyOf(resource);
  if (strategy.countsGenerations === true) object.metadata.generation = 1;
  if (resource.status && strategy.prepareCreate === undefined) delete object['status'];
  strategy.prepareCreate?.(object, context);
  demandValid(resource, object, strategy.validate?.(object) ?? []);
  if (!options.dryRun) return context.store.create(resource, object);
  if (context.store.find(resource, namespace, object.metadata.name) === undefined) return dryEntry(object);
  return context.store.create(resource, object);
}

/** The namespace of a body must be that of the path. */
function settleNamespace(object: KubeObject, namespace: string | undefined): void {
  const given = object.metadata.namespace;
  if (given !== undefined && given !== '' && given !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  if (namespace === undefined) delete object.metadata.namespace;
  else object.metadata.namespace = namespace;
}

function giveIdentity(context: ApiContext, object: KubeObject): void {
  const { metadata } = object;
  metadata.name ??= '';
  metadata.uid = context.newUid();
  metadata.creationTimestamp = timestamp(context.now());
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.generation;
  delete metadata.resourceVersion;
}

function demandNamespace({ store }: ApiContext, resource: ResourceKind, { metadata }: KubeObject): void {
  if (metadata.namespace === undefined) return;
  const found = store.find(knownResource('namespaces'), undefined, metadata.namespace);
  if (found === undefined) throw notFound(knownResource('namespaces'), metadata.namespace);
  if (found.object.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${metadata.namespace} because it is being terminated`;
  throw forbidden(resource, metadata.name, why, [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${metadata.namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ]);
}

function demandValid(
  resource: ResourceKind,
  object: KubeObject,
  more: ReturnType<typeof metadataProblems>,
): void {
  const problems = [...metadataProblems(resource, object.metadata), ...more];
  if (problems.length > 0) throw invalid(resource, object.metadata.name, problems);
}

const dryEntry = (object: KubeObject): Entry => {
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = object;
  return { key: object.metadata.name, revision: 0, object, body: JSON.stringify(rest) };
};

/** The result of a write to a name: the entry, and whether it is new. */
export interface Written {
  readonly entry: Entry;
  readonly created: boolean;
}

/** PUT. 409 when the body's version or uid is not the current one. */
export function update(context: ApiContext, target: Target, body: unknown, options: WriteOptions): Written {
  const { resource, namespace, name } = target;
  const object = objectFrom(resource, body);
  settleNamespace(object, namespace);
  if (object.metadata.name !== name)
    throw badRequest(
      `the name of the object (${object.metadata.name ?? ''}) does not match the name on the URL (${name})`,
    );
  const strategy = strategyOf(resource);
  const previous = context.store.find(resource, namespace, name);
  if (previous === undefined) {
    if (strategy.createOnUpdate !== true || target.subresource !== undefined) throw notFound(resource, name);
    return { entry: create(context, resource, namespace, object, options), created: true };
  }
  if (strategy.versionedUpdate === true && !object.metadata.resourceVersion)
    throw invalid(resource, name, [
      invalidValue('metadata.resourceVersion', 0, 'must be specified for an update'),
    ]);
  return { entry: store(context, target, previous, object, options), created: false };
}

/** Stores a changed object as the next version of `previous`; both PUT and PATCH end here. */
export function store(
  context: ApiContext,
  target: Target,
  previous: Entry,
  changed: KubeObject,
  options: WriteOptions,
): Entry {
  const { resource } = target;
  demandSame(resource, previous, changed.metadata);
  const object =
    target.subresource === 'status'
      ? withStatus(previous, changed)
      : withoutStatus(resource, previous, changed);
  keepIdentity(object, previous.object);
  omitEmpty(object);
  const strategy = strategyOf(resource);
  if (target.subresource === undefined) {
    strategy.prepareUpdate?.(object, previous.object, context);
    if (strategy.countsGenerations === true && !sameJson(object['spec'], previous.object['spec']))
      object.metadata.generation = (previous.object.metadata.generation ?? 0) + 1;
    demandValid(resource, object, [
      ...(strategy.validate?.(object) ?? []),
      ...(strategy.validateUpdate?.(object, previous.object) ?? []),
    ]);
  } else demandValid(resource, object, []);
  if (sameJson(object, previous.object)) return previous;
  if (options.dryRun) return dryEntry(object);
  const entry = context.store.replace(resource, previous, object);
  return isFinished(object) ? context.store.remove(resource, entry) : entry;
}

/** Deletes an object that waited for finalizers when the last one is removed. */
const isFinished = ({ metadata, kind, ...rest }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined &&
  (metadata.finalizers ?? []).length === 0 &&
  (metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
  !(kind === 'Namespace' && (fieldsOf(rest['spec'])['finalizers'] as unknown[] | undefined)?.length);

function demandSame(resource: ResourceKind, previous: Entry, metadata: ObjectMeta): void {
  const { name, uid, resourceVersion } = previous.object.metadata;
  if (metadata.uid !== undefined && metadata.uid !== '' && metadata.uid !== uid)
    throw conflict(
      resource,
      name,
      `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${uid ?? ''}`,
    );
  if (metadata.resourceVersion && metadata.resourceVersion !== resourceVersion)
    throw conflict(resource, name);
}

/** `/status` updates the status, and of the metadata everything but the identity. */
function withStatus({ object }: Entry, changed: KubeObject): KubeObject {
  const { labels, annotations, finalizers, managedFields } = changed.metadata;
  const metadata: ObjectMeta = { ...object.metadata };
  Object.assign(metadata, { labels, annotations, finalizers, managedFields });
  // Stored objects are never mutated, so that everything but the metadata may be shared.
  return { ...object, metadata: copyOf(metadata), status: changed['status'] };
}

function withoutStatus(resource: ResourceKind, { object }: Entry, changed: KubeObject): KubeObject {
  const next: KubeObject = { ...changed, metadata: { ...changed.metadata } };
  if (!resource.status) return next;
  if (object['status'] === undefined) delete next['status'];
  else next['status'] = object['status'];
  return next;
}

const FIXED = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'generateName',
  'resourceVersion',
] as const;

const OMITTED_WHEN_EMPTY = [
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const;

/** Empty maps and lists of the metadata are omitted, as in Go's JSON. */
function omitEmpty(object: KubeObject): void {
  for (const field of OMITTED_WHEN_EMPTY)
    if (Object.keys(object.metadata[field] ?? {}).length === 0) delete object.metadata[field];
}

function keepIdentity(object: KubeObject, previous: KubeObject): void {
  const metadata = object.metadata as unknown as Fields;
  const before = previous.metadata as unknown as Fields;
  for (const field of FIXED) {
    delete metadata[field];
    if (before[field] !== undefined) metadata[field] = before[field];
  }
}
