import { maybe } from '@tessera/kernel';
import { copyOf, fieldsOf, isFields, listOf, sameJson, type Fields } from '../wire/json';
import type { KubeObject } from '../wire/objects';
import { timestamp } from '../context';
import { apiVersionOf, type ResourceKind } from '../resources';
import { StatusError } from '../status-error';
import { mergeKeyOf } from './strategic-merge';

export interface ApplyOptions {
  readonly manager: string;
  readonly force: boolean;
  readonly now: number;
  readonly resource: ResourceKind;
  readonly subresource?: string;
}

/** A set of fields in the notation of `managedFields`: `f:name` for fields, `k:{…}` for list items, `.` for the item. */
type FieldSet = { [key: string]: FieldSet };

interface ManagedEntry {
  manager: string;
  operation: string;
  apiVersion: string;
  time: string;
  fieldsType: string;
  fieldsV1: FieldSet;
  subresource?: string;
}

/** Never owned by an applier. */
const IDENTITY = new Set(['f:apiVersion', 'f:kind', 'f:metadata/f:name', 'f:metadata/f:namespace']);

/**
 * Server-side apply: fields of the configuration are set and owned by the manager. Fields that the manager owned before
 * and no longer sends are removed, unless another manager owns them too. Fields that another applier owns with another
 * value are a 409 unless forced.
 */
export function applyConfiguration(
  previous: KubeObject | undefined,
  configuration: KubeObject,
  options: ApplyOptions,
): KubeObject {
  const wanted = copyOf(configuration);
  delete wanted.metadata.managedFields;
  const owned = fieldSetOf(wanted, '');
  const entries = managedOf(previous);
  const mine = entries.find((entry) => isMine(entry, options));
  const others = entries.filter((entry) => entry !== mine);
  const base = previous === undefined ? undefined : copyOf(previous);
  if (base !== undefined && !options.force) demandNoConflict(base, wanted, owned, others, options);
  const kept = base === undefined ? {} : removeAbandoned(base, mine?.fieldsV1 ?? {}, owned, others);
  const merged = mergeApplied(kept, wanted, '') as KubeObject;
  const remaining = options.force ? others.map((entry) => withoutFields(entry, owned)) : others;
  merged.metadata.managedFields = [...remaining, managedEntry(owned, options)];
  return merged;
}

const managedOf = (object: KubeObject | undefined): readonly ManagedEntry[] =>
  listOf(object?.metadata.managedFields).filter(
    (entry): entry is ManagedEntry => isFields(entry) && isFields(entry['fieldsV1']),
  );

const isMine = (entry: ManagedEntry, { manager, subresource }: ApplyOptions): boolean =>
  entry.manager === manager && entry.operation === 'Apply' && entry.subresource === subresource;

const managedEntry = (
  fieldsV1: FieldSet,
  { manager, now, resource, subresource }: ApplyOptions,
): ManagedEntry => ({
  manager,
  operation: 'Apply',
  apiVersion: apiVersionOf(resource),
  time: timestamp(now),
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...maybe('subresource', subresource),
});

function itemKey(list: string, item: unknown, items: readonly Fields[]): string | undefined {
  const key = mergeKeyOf(list, items);
  return key !== undefined && isFields(item) ? `k:${JSON.stringify({ [key]: item[key] })}` : undefined;
}

/** Lists that are matched by key are traversed; other lists are owned as a whole. */
function fieldSetOf(value: unknown, path: string): FieldSet {
  if (!isFields(value)) return {};
  const set: FieldSet = {};
  for (const [name, inner] of Object.entries(value)) {
    const step = `f:${name}`;
    if (IDENTITY.has(path === '' ? step : `${path}/${step}`)) continue;
    const owned = Array.isArray(inner)
      ? listSet(name, inner)
      : fieldSetOf(inner, path === '' ? step : `${path}/${step}`);
    if (step !== 'f:metadata' || Object.keys(owned).length > 0) set[step] = owned;
  }
  return set;
}

function listSet(name: string, list: readonly unknown[]): FieldSet {
  const items = list.filter(isFields);
  const set: FieldSet = {};
  for (const item of list) {
    const key = itemKey(name, item, items);
    if (key !== undefined) set[key] = { '.': {}, ...fieldSetOf(item, `f:${name}/k`) };
  }
  return set;
}

function mergeApplied(target: unknown, wanted: unknown, name: string): unknown {
  if (Array.isArray(wanted)) return mergeAppliedList(listOf(target), wanted, name);
  if (!isFields(wanted)) return wanted;
  const result: Fields = { ...fieldsOf(target) };
  for (const [field, value] of Object.entries(wanted))
    result[field] = mergeApplied(result[field], value, field);
  return result;
}

function mergeAppliedList(target: readonly unknown[], wanted: readonly unknown[], name: string): unknown {
  const key = mergeKeyOf(name, wanted.filter(isFields));
  if (key === undefined || wanted.some((item) => !isFields(item))) return wanted;
  const isSame = (left: unknown, right: unknown): boolean =>
    sameJson(fieldsOf(left)[key], fieldsOf(right)[key]);
  const rest = target.filter((item) => !wanted.some((other) => isSame(item, other)));
  const set = wanted.map((item) =>
    mergeApplied(
      target.find((other) => isSame(item, other)),
      item,
      '',
    ),
  );
  return [...rest, ...set];
}

/** Removes fields that the manager owned, no longer sends and no other manager owns. */
function removeAbandoned(
  object: KubeObject,
  before: FieldSet,
  now: FieldSet,
  others: readonly ManagedEntry[],
): Fields {
  prune(
    object,
    before,
    now,
    others.map((entry) => entry.fieldsV1),
  );
  return object;
}

function prune(value: unknown, before: FieldSet, now: FieldSet, others: readonly FieldSet[]): void {
  for (const [step, inner] of Object.entries(before)) {
    if (step === '.') continue;
    const owners = others.map((set) => set[step]).filter((set) => set !== undefined);
    if (now[step] !== undefined || owners.length > 0)
      prune(childAt(value, step), inner, now[step] ?? {}, owners);
    else dropChild(value, step);
  }
}

function indexOfItem(list: readonly unknown[], step: string): number {
  const [[key, wanted] = ['', undefined]] = Object.entries(JSON.parse(step.slice(2)) as Fields);
  return list.findIndex((item) => sameJson(fieldsOf(item)[key], wanted));
}

function childAt(value: unknown, step: string): unknown {
  if (step.startsWith('f:')) return fieldsOf(value)[step.slice(2)];
  return Array.isArray(value) ? value[indexOfItem(value, step)] : undefined;
}

function dropChild(value: unknown, step: string): void {
  if (step.startsWith('f:') && isFields(value)) delete value[step.slice(2)];
  else if (step.startsWith('k:') && Array.isArray(value)) {
    const index = indexOfItem(value, step);
    if (index >= 0) value.splice(index, 1);
  }
}

interface Clash {
  readonly manager: string;
  readonly field: string;
}

function demandNoConflict(
  object: KubeObject,
  wanted: KubeObject,
  owned: FieldSet,
  others: readonly ManagedEntry[],
  { manager }: ApplyOptions,
): void {
  const clashes = others.flatMap((entry) =>
    entry.manager === manager
      ? []
      : clashesOf(object, wanted, owned, entry.fieldsV1, '').map((field) => ({
          manager: entry.manager,
          field,
        })),
  );
  if (clashes.length === 0) return;
  throw new StatusError(409, 'Conflict', conflictText(clashes), {
    causes: clashes.map(({ manager: other, field }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with "${other}"`,
      field,
    })),
  });
}

function conflictText(clashes: readonly Clash[]): string {
  const [first] = clashes;
  const count = clashes.length;
  const fields = clashes.map(({ field }) => field).join(', ');
  return `Apply failed with ${count} conflict${count === 1 ? '' : 's'}: conflict${count === 1 ? '' : 's'} with "${first?.manager ?? ''}": ${fields}`;
}

/** Leaves that both own and that have different values now and in the configuration. */
function clashesOf(
  current: unknown,
  wanted: unknown,
  mine: FieldSet,
  theirs: FieldSet,
  path: string,
): readonly string[] {
  return Object.keys(mine).flatMap((step) => {
    const other = theirs[step];
    if (step === '.' || other === undefined) return [];
    const [now, next] = [childAt(current, step), childAt(wanted, step)];
    const field = `${path}${step.startsWith('k:') ? `[${step.slice(2)}]` : `.${step.slice(2)}`}`;
    const inner = mine[step] ?? {};
    if (Object.keys(inner).length === 0 && Object.keys(other).length === 0)
      return sameJson(now, next) ? [] : [field];
    return clashesOf(now, next, inner, other, field);
  });
}

function withoutFields(entry: ManagedEntry, taken: FieldSet): ManagedEntry {
  return { ...entry, fieldsV1: subtract(entry.fieldsV1, taken) };
}

function subtract(set: FieldSet, taken: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const [step, inner] of Object.entries(set)) {
    const gone = taken[step];
    if (gone === undefined) result[step] = inner;
    else if (Object.keys(inner).length > 0 && Object.keys(gone).length > 0)
      result[step] = subtract(inner, gone);
  }
  return result;
}
