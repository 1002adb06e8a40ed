import { numberOf, textOf, type Fields } from '../wire/json';
import type { ApiContext } from '../context';
import type { ResourceKind } from '../resources';
import { selectedName, selection } from '../selectors';
import { badRequest, expired, invalid, invalidValue, StatusError } from '../status-error';
import { keyOf, type Entry } from '../store/entry';
import type { ListMeta } from '../table/representation';

export interface Listed {
  readonly entries: readonly Entry[];
  readonly metadata: ListMeta;
}

interface Continue {
  readonly revision: number;
  /** Key of the last returned item. */
  readonly after: string;
}

/**
 * A list with selectors and pages, all of which show the state at the first page's revision. 410 when that is too old.
 */
export function list(
  context: ApiContext,
  resource: ResourceKind,
  namespace: string | undefined,
  query: URLSearchParams,
): Listed {
  const token = readToken(query.get('continue'));
  const revision = token?.revision ?? revisionFor(context, query);
  const matching = select(context, resource, namespace, query, revision);
  const after = token?.after;
  const rest = after === undefined ? matching : matching.filter(({ key }) => key > after);
  const limit = Number(query.get('limit') ?? 0);
  if (!(limit > 0 && rest.length > limit))
    return { entries: rest, metadata: { resourceVersion: String(revision) } };
  const entries = rest.slice(0, limit);
  const selects = query.get('labelSelector') || query.get('fieldSelector');
  return {
    entries,
    metadata: {
      resourceVersion: String(revision),
      continue: Buffer.from(
        JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: entries.at(-1)?.key }),
      ).toString('base64url'),
      ...(selects ? {} : { remainingItemCount: rest.length - limit }),
    },
  };
}

function readToken(text: string | null): Continue | undefined {
  if (text === null || text === '') return undefined;
  try {
    const { rv, start } = JSON.parse(Buffer.from(text, 'base64url').toString()) as Fields;
    const [revision, after] = [numberOf(rv), textOf(start)];
    if (revision !== undefined && after !== undefined) return { revision, after };
  } catch {
    // reported below
  }
  throw badRequest('invalid continue token: continue key is not valid: the token could not be decoded');
}

/** The current revision, or the exact one that was requested. */
function revisionFor({ store }: ApiContext, query: URLSearchParams): number {
  const asked = parseRevision(query.get('resourceVersion'));
  if (asked !== undefined && asked > store.revision) throw futureRevision(asked, store.revision);
  if (query.get('resourceVersionMatch') !== 'Exact') return store.revision;
  if (!asked)
    throw invalid({ kind: 'ListOptions', group: 'meta.k8s.io' }, '', [
      invalidValue('resourceVersionMatch', 'Exact', 'resourceVersion must be set and not "0"'),
    ]);
  return asked;
}

/** A resourceVersion of a query; 400 when it is not a number. */
export function parseRevision(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw badRequest(
    `invalid resource version: resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`,
  );
}

const futureRevision = (asked: number, current: number): StatusError =>
  new StatusError(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });

function select(
  { store }: ApiContext,
  resource: ResourceKind,
  namespace: string | undefined,
  query: URLSearchParams,
  revision: number,
): readonly Entry[] {
  const collection = store.collection(resource);
  const matches = selection(resource.kind, query);
  const keep = (entries: readonly Entry[]): readonly Entry[] =>
    matches === undefined ? entries : entries.filter(({ object }) => matches(object));
  if (revision !== store.revision) {
    if (revision < collection.oldestRevision) throw expired(TOO_OLD);
    return keep(collection.orderedAt(revision, namespace));
  }
  const name = selectedName(query.get('fieldSelector') ?? undefined);
  if (name === undefined || (resource.namespaced && namespace === undefined))
    return keep(collection.ordered(namespace));
  const only = collection.get(keyOf(namespace, name));
  return keep(only === undefined ? [] : [only]);
}

const TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.';
