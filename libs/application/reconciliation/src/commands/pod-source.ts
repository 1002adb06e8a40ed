import { isDeepStrictEqual } from 'node:util';
import { compare, shortHash } from '@tessera/kernel';
import { revisionOf, type AcceptedWorkload, type EarlierRevision } from '../model/workload';

/** What the pods of a workload are made from. */
export interface PodSource extends Pick<AcceptedWorkload, 'spec' | 'defaultNodePools'> {
  readonly references?: AcceptedWorkload['references'] | undefined;
}

/** Maximum number of earlier revisions stored of a workload; an update back to an older spec creates new pods. */
const KEPT_REVISIONS = 10;

/**
 * The revision of a changed workload if it equals an earlier one: the previous desired state if they differ only in
 * scaling, or an older one whose pods may still serve. Pure.
 */
export function revisionsAfter(
  current: AcceptedWorkload,
  next: PodSource,
): Pick<AcceptedWorkload, 'revision' | 'earlier'> {
  const { earlier = [] } = current;
  const revision = revisionOf(current);
  if (isDeepStrictEqual(partsOf(current), partsOf(next)))
    return { revision, ...(earlier.length === 0 ? {} : { earlier }) };
  const known: readonly EarlierRevision[] = [
    ...earlier.filter((one) => one.revision !== revision),
    { revision, digest: digestOf(current) },
  ].slice(-KEPT_REVISIONS);
  const digest = digestOf(next);
  const again = known.find((one) => one.digest === digest);
  return { ...(again === undefined ? {} : { revision: again.revision }), earlier: known };
}

const partsOf = ({ spec, defaultNodePools, references }: PodSource) => [
  { ...spec, autoscaling: undefined },
  defaultNodePools,
  references,
];

/**
 * Digest of the values, independent of the order of keys, which jsonb changes. Two hashes of 32 bits and the length
 * distinguish ten revisions.
 */
function digestOf(source: PodSource): string {
  const text = JSON.stringify(partsOf(source), (_key, value: unknown) => inOrder(value));
  return [shortHash(text), shortHash(`pods of ${text}`), text.length].join('-');
}

const inOrder = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => compare(a, b)))
    : value;
