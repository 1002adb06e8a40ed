import { fieldsOf, type Fields } from './wire/json';
import type { KubeObject } from './wire/objects';
import { badRequest } from './status-error';

export type Predicate = (object: KubeObject) => boolean;

const everything: Predicate = () => true;

const SET_REQUIREMENT = /^([^\s!=,()]+)\s+(in|notin)\s*\(([^)]*)\)$/;
const EQUALITY = /^([^\s!=,()]+)\s*(==|=|!=)\s*([^\s,()]*)$/;
const COMPARISON = /^([^\s!=,()<>]+)\s*([<>])\s*(-?\d+)$/;
const EXISTENCE = /^(!?)\s*([^\s!=,()]+)$/;

/** Commas inside parentheses belong to the value list. */
const requirements = (selector: string): readonly string[] =>
  selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Parses a label selector (`a=b,c!=d,e in (x,y),!f`); throws 400 when it is malformed. */
export function labelPredicate(selector: string | undefined): Predicate {
  if (selector === undefined || selector.trim() === '') return everything;
  const tests = requirements(selector).map(labelRequirement);
  return (object) => {
    const labels = object.metadata.labels ?? {};
    return tests.every((test) => test(labels));
  };
}

function labelRequirement(text: string): (labels: Readonly<Record<string, string>>) => boolean {
  const set = SET_REQUIREMENT.exec(text);
  if (set !== null) {
    const [, key = '', operator, values = ''] = set;
    const wanted = new Set(values.split(',').map((value) => value.trim()));
    return operator === 'in'
      ? (labels) => labels[key] !== undefined && wanted.has(labels[key])
      : (labels) => labels[key] === undefined || !wanted.has(labels[key]);
  }
  const equality = EQUALITY.exec(text);
  if (equality !== null) {
    const [, key = '', operator, value] = equality;
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const comparison = COMPARISON.exec(text);
  if (comparison !== null) {
    const [, key = '', operator, value] = comparison;
    const sign = operator === '>' ? 1 : -1;
    return (labels) => sign * (Number(labels[key] ?? NaN) - Number(value)) > 0;
  }
  const existence = EXISTENCE.exec(text);
  if (existence === null)
    throw badRequest(`unable to parse requirement: found '${text}', expected: in, notin, =, ==, !=, gt, lt`);
  const [, absent, key = ''] = existence;
  return absent === '!' ? (labels) => labels[key] === undefined : (labels) => labels[key] !== undefined;
}

/** Selectable fields besides `metadata.name` and `metadata.namespace`, by kind. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  Node: ['spec.unschedulable'],
  Namespace: ['status.phase'],
  Secret: ['type'],
  Service: ['spec.clusterIP', 'spec.type'],
  Event: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
};

function fieldAt(object: KubeObject, path: string): string {
  if (path === 'source') return String(fieldsOf(object['source'])['component'] ?? '');
  let value: unknown = object;
  for (const step of path.split('.')) value = (value as Fields | undefined)?.[step];
  return value === undefined || value === null
    ? path === 'spec.unschedulable'
      ? 'false'
      : ''
    : String(value);
}

/** Parses a field selector for a kind; throws 400 for a malformed one or a field that the server does not index. */
export function fieldPredicate(kind: string, selector: string | undefined): Predicate {
  if (selector === undefined || selector.trim() === '') return everything;
  const allowed = ['metadata.name', 'metadata.namespace', ...(FIELDS[kind] ?? [])];
  const tests = requirements(selector).map((text): Predicate => {
    const match = /^([^!=]+)(==|=|!=)(.*)$/.exec(text);
    if (match === null) throw badRequest(`invalid selector: '${text}'; can't understand '${text}'`);
    const [, field = '', operator, value = ''] = match;
    if (!allowed.includes(field)) throw badRequest(`field label not supported: ${field}`);
    return operator === '!='
      ? (object) => fieldAt(object, field) !== value
      : (object) => fieldAt(object, field) === value;
  });
  return (object) => tests.every((test) => test(object));
}

/** The single name that a field selector selects, if any; lists can then look it up directly. */
export const selectedName = (selector: string | undefined): string | undefined =>
  /(?:^|,)metadata\.name==?([^,]+)(?:,|$)/.exec(selector ?? '')?.[1];

/** Both predicates as one; undefined when everything matches. */
export function selection(kind: string, query: URLSearchParams): Predicate | undefined {
  const labels = labelPredicate(query.get('labelSelector') ?? undefined);
  const fields = fieldPredicate(kind, query.get('fieldSelector') ?? undefined);
  if (labels === everything && fields === everything) return undefined;
  return (object) => labels(object) && fields(object);
}
