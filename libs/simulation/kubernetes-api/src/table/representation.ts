import { apiVersionOf, type ResourceKind } from '../resources';
import { jsonOf, type Entry } from '../store/entry';
import { tableOf } from './columns';

/** The representation of objects that a client requests. */
export type Representation =
  | { readonly as: 'object' }
  | { readonly as: 'partial' }
  | { readonly as: 'table'; readonly include: 'Metadata' | 'Object' | 'None' };

/** Reads the Accept header; the first supported type counts. */
export function representation(accept: string | undefined, query: URLSearchParams): Representation {
  for (const type of (accept ?? '').split(',')) {
    const parameters = type.split(';').map((part) => part.trim());
    if (parameters.includes('as=Table')) {
      const include = query.get('includeObject');
      return { as: 'table', include: include === 'Object' || include === 'None' ? include : 'Metadata' };
    }
    if (
      parameters.includes('as=PartialObjectMetadata') ||
      parameters.includes('as=PartialObjectMetadataList')
    )
      return { as: 'partial' };
    if (parameters[0] === 'application/json' || parameters[0] === '*/*') return { as: 'object' };
  }
  return { as: 'object' };
}

export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

const partialOf = (entry: Entry): Record<string, unknown> => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata: entry.object.metadata,
});

/** JSON of one object. */
export function renderEntry(resource: ResourceKind, entry: Entry, how: Representation, now: number): string {
  if (how.as === 'partial') return JSON.stringify(partialOf(entry));
  if (how.as === 'table')
    return renderTable(
      resource,
      [entry],
      { resourceVersion: entry.object.metadata.resourceVersion ?? '' },
      how,
      now,
    );
  return jsonOf(entry);
}

/** JSON of a list. As on the real server, items carry their kind only where they are custom resources. */
export function renderList(
  resource: ResourceKind,
  entries: readonly Entry[],
  metadata: ListMeta,
  how: Representation,
  now: number,
): string {
  if (how.as === 'table') return renderTable(resource, entries, metadata, how, now);
  const head = (kind: string, apiVersion: string): string =>
    `{"kind":"${kind}","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[`;
  if (how.as === 'partial')
    return `${head('PartialObjectMetadataList', 'meta.k8s.io/v1')}${entries.map((entry) => JSON.stringify(partialOf(entry))).join(',')}]}`;
  const items = entries.map((entry) => (resource.custom ? jsonOf(entry) : entry.body));
  return `${head(`${resource.kind}List`, apiVersionOf(resource))}${items.join(',')}]}`;
}

function renderTable(
  resource: ResourceKind,
  entries: readonly Entry[],
  metadata: ListMeta,
  how: Extract<Representation, { as: 'table' }>,
  now: number,
): string {
  const { columns, cells } = tableOf(resource);
  const rows = entries.map((entry) => ({
    cells: cells(entry.object, now),
    ...(how.include === 'None' ? {} : { object: how.include === 'Object' ? entry.object : partialOf(entry) }),
  }));
  return JSON.stringify({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns,
    rows,
  });
}
