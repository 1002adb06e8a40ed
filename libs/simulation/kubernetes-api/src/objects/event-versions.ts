import { copyOf, fieldsOf, type Fields } from '../wire/json';
import type { KubeObject } from '../wire/objects';
import type { ResourceKind } from '../resources';
import { entryOf, type Entry } from '../store/entry';

/** Names of the same field in `v1` and in `events.k8s.io/v1`. */
const FIELD_PAIRS: readonly (readonly [string, string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
];

function renamed(object: Fields, apiVersion: string, from: 0 | 1): KubeObject {
  const result: Fields = { ...object, apiVersion };
  for (const pair of FIELD_PAIRS) {
    const [old, next] = [pair[from], pair[from === 0 ? 1 : 0]];
    if (old === undefined || next === undefined || !(old in result)) continue;
    result[next] = result[old];
    delete result[old];
  }
  return result as KubeObject;
}

const isNewEvent = ({ group }: ResourceKind): boolean => group === 'events.k8s.io';

/** Events are stored in their `v1` form, whichever group they are written through. */
export function toStored(resource: ResourceKind, body: unknown): unknown {
  return isNewEvent(resource) ? renamed(fieldsOf(body), 'v1', 1) : body;
}

/** A stored object in the form of the requested group. */
export function fromStored(resource: ResourceKind, entry: Entry): Entry {
  if (!isNewEvent(resource)) return entry;
  return entryOf(entry.key, entry.revision, renamed(copyOf(entry.object), 'events.k8s.io/v1', 0));
}
