import { maybe } from '@tessera/kernel';
import { copyOf, fieldsOf, isFields } from '../wire/json';
import type { KubeObject } from '../wire/objects';
import type { ApiContext } from '../context';
import { applyConfiguration } from '../patch/apply';
import { jsonPatch } from '../patch/json-patch';
import { mergePatch } from '../patch/merge-patch';
import { strategicMerge } from '../patch/strategic-merge';
import { badRequest, invalid, invalidValue, notFound, required, unsupportedMediaType } from '../status-error';
import { create, objectFrom, store, type Target, type WriteOptions, type Written } from './write';

export const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
] as const;

export interface PatchOptions extends WriteOptions {
  readonly contentType: string;
  readonly fieldManager?: string;
  readonly force: boolean;
}

/** PATCH in one of the four media types; server-side apply creates a missing object. */
export function patch(context: ApiContext, target: Target, body: unknown, options: PatchOptions): Written {
  const { resource, namespace, name } = target;
  if (options.contentType === 'application/apply-patch+yaml') return apply(context, target, body, options);
  const previous = context.store.get(resource, namespace, name);
  const changed = objectFrom(
    resource,
    patched(baseOf(previous.object, target, options), body, options.contentType),
  );
  if (changed.metadata.name !== name || changed.metadata.namespace !== namespace)
    throw badRequest(
      `the name of the object (${changed.metadata.name}) does not match the name on the URL (${name})`,
    );
  if (changed.metadata.uid !== previous.object.metadata.uid)
    throw invalid(resource, name, [invalidValue('metadata.uid', changed.metadata.uid, 'field is immutable')]);
  return { entry: store(context, target, previous, changed, options), created: false };
}

/**
 * A copy to patch. Of a status patch only status and metadata are used, so the copy may share the stored spec where the
 * kind of patch changes nothing in place.
 */
function baseOf(
  { spec, ...object }: KubeObject,
  { subresource }: Target,
  { contentType }: PatchOptions,
): KubeObject {
  const copy = copyOf(object) as KubeObject;
  if (spec === undefined) return copy;
  const shared = subresource === 'status' && contentType === 'application/strategic-merge-patch+json';
  return { ...copy, spec: shared ? spec : copyOf(spec) };
}

function patched(object: KubeObject, body: unknown, contentType: string): unknown {
  if (contentType === 'application/json-patch+json') return jsonPatch(object, body);
  if (contentType === 'application/merge-patch+json') return mergePatch(object, body);
  if (contentType === 'application/strategic-merge-patch+json') return strategicMerge(object, body);
  throw unsupportedMediaType(PATCH_TYPES);
}

function apply(context: ApiContext, target: Target, body: unknown, options: PatchOptions): Written {
  const { resource, namespace, name } = target;
  const manager = options.fieldManager;
  if (manager === undefined || manager === '')
    throw invalid({ kind: 'PatchOptions', group: 'meta.k8s.io' }, '', [
      required('fieldManager', 'is required for apply patch'),
    ]);
  if (!isFields(body)) throw badRequest('the body of an apply request must be an object in JSON');
  const configuration = objectFrom(resource, { ...body, metadata: { name, ...fieldsOf(body['metadata']) } });
  const previous = context.store.find(resource, namespace, name);
  if (previous === undefined && target.subresource !== undefined) throw notFound(resource, name);
  const applied = applyConfiguration(previous?.object, configuration, {
    manager,
    force: options.force,
    now: context.now(),
    resource,
    ...maybe('subresource', target.subresource),
  });
  if (previous === undefined)
    return { entry: create(context, resource, namespace, applied, options), created: true };
  return { entry: store(context, target, previous, applied, options), created: false };
}
