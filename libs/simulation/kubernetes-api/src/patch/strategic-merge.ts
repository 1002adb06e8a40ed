import { isFields, listOf, sameJson, type Fields } from '../wire/json';

/**
 * Keys by which the items of a list are matched, by the name of the list; lists that are not named are replaced as a
 * whole. From the `patchMergeKey` tags of the Kubernetes types.
 */
const MERGE_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  ports: ['containerPort', 'port'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  imagePullSecrets: ['name'],
  secrets: ['name'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey'],
  resourceClaims: ['name'],
  conditions: ['type'],
  addresses: ['type'],
  podIPs: ['ip'],
  hostIPs: ['ip'],
  ownerReferences: ['uid'],
};

/** Lists of plain values that are merged as sets instead of replaced. */
const UNITED = new Set(['finalizers']);

const DELETE_PRIMITIVES = '$deleteFromPrimitiveList/';
const SET_ORDER = '$setElementOrder/';

/** The key of a list's items; `ports` is keyed differently in containers and Services. */
export function mergeKeyOf(list: string, items: readonly Fields[]): string | undefined {
  const keys = MERGE_KEYS[list];
  return keys?.find((key) => items.length > 0 && items.every((item) => item[key] !== undefined)) ?? keys?.[0];
}

/** Applies a strategic merge patch; null removes, `$patch` and the list directives work as on the real server. */
export function strategicMerge(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  if (patch['$patch'] === 'replace') return without(patch, '$patch');
  const result: Fields = isFields(target) ? { ...target } : {};
  if (patch['$patch'] === 'delete') return {};
  for (const [field, value] of Object.entries(patch)) applyField(result, field, value);
  applyRetainKeys(result, patch);
  for (const [field, value] of Object.entries(patch))
    if (field.startsWith(SET_ORDER)) reorder(result, field.slice(SET_ORDER.length), listOf(value));
  return result;
}

function applyField(result: Fields, field: string, value: unknown): void {
  if (field.startsWith(DELETE_PRIMITIVES)) {
    const name = field.slice(DELETE_PRIMITIVES.length);
    const gone = listOf(value);
    result[name] = listOf(result[name]).filter((item) => !gone.includes(item));
  } else if (field.startsWith('$')) return;
  else if (value === null) delete result[field];
  else if (Array.isArray(value)) result[field] = mergeList(field, result[field], value);
  else result[field] = isFields(value) ? strategicMerge(result[field], value) : value;
}

function applyRetainKeys(result: Fields, patch: Fields): void {
  if (!Array.isArray(patch['$retainKeys'])) return;
  for (const field of Object.keys(result)) if (!patch['$retainKeys'].includes(field)) delete result[field];
}

const without = (fields: Fields, name: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([field]) => field !== name));

function mergeList(field: string, target: unknown, patch: readonly unknown[]): unknown {
  if (UNITED.has(field)) return [...new Set([...listOf(target), ...patch])];
  const items = patch.filter(isFields);
  const plain = items.filter((item) => item['$patch'] !== 'replace' || Object.keys(item).length > 1);
  const key = mergeKeyOf(field, plain);
  if (items.some((item) => item['$patch'] === 'replace')) return plain.map((item) => without(item, '$patch'));
  if (key === undefined || items.length < patch.length) return patch;
  let result = listOf(target);
  for (const item of items) {
    const same = (other: unknown): boolean => isFields(other) && sameJson(other[key], item[key]);
    if (item['$patch'] === 'delete') result = result.filter((other) => !same(other));
    else if (result.some(same))
      result = result.map((other) => (same(other) ? strategicMerge(other, item) : other));
    else result = [...result, strategicMerge({}, item)];
  }
  return result;
}

/** Items named by the order come in that order; others stay behind their neighbours. */
function reorder(result: Fields, field: string, order: readonly unknown[]): void {
  const list = listOf(result[field]);
  const key = mergeKeyOf(field, order.filter(isFields));
  const identity = (item: unknown): unknown => (isFields(item) && key !== undefined ? item[key] : item);
  const wanted = order.map(identity);
  const rank = (item: unknown): number => wanted.findIndex((other) => sameJson(other, identity(item)));
  const named = list.filter((item) => rank(item) >= 0).sort((left, right) => rank(left) - rank(right));
  if (list.length === 0) return;
  result[field] = list.map((item) => (rank(item) >= 0 ? named.shift() : item));
}
