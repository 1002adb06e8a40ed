import { copyOf, isFields, sameJson, type Fields } from '../wire/json';
import { badRequest, invalid, StatusError } from '../status-error';

/** Applies an RFC 6902 patch; 400 for a malformed one, 422 when a path is missing or a test fails. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch must be an array of operations');
  const root: Fields = { root: copyOf(target) };
  for (const operation of patch) apply(root, operation);
  return root['root'];
}

function apply(root: Fields, operation: unknown): void {
  if (!isFields(operation) || typeof operation['path'] !== 'string')
    throw badRequest('an operation of a JSON patch needs op and path');
  const { op, path } = operation as { op: unknown; path: string };
  const value = copyOf(operation['value'] ?? null);
  if (op === 'add') return put(root, path, value, true);
  if (op === 'replace') return replace(root, path, value);
  if (op === 'remove') return void take(root, path);
  if (op === 'test') {
    if (!sameJson(at(root, path), value)) throw unprocessable(`testing value ${path} failed`);
    return;
  }
  if (op === 'copy') return put(root, path, copyOf(at(root, String(operation['from']))), true);
  if (op === 'move') return put(root, path, take(root, String(operation['from'])), true);
  throw badRequest(`unexpected operation ${JSON.stringify(op)} in a JSON patch`);
}

const unprocessable = (why: string): StatusError => {
  const { code, reason } = invalid({ kind: '', group: '' }, '', []);
  return new StatusError(
    code,
    reason,
    `the server rejected our request due to an error in our request: ${why}`,
    {},
  );
};

const steps = (path: string): readonly string[] =>
  ['root', ...path.split('/').slice(1)].map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

function parentOf(root: Fields, path: string): { parent: unknown; last: string } {
  const all = steps(path);
  let parent: unknown = root;
  for (const step of all.slice(0, -1)) parent = child(parent, step, path);
  return { parent, last: all.at(-1) ?? 'root' };
}

function child(parent: unknown, step: string, path: string): unknown {
  const found = Array.isArray(parent) ? parent[Number(step)] : isFields(parent) ? parent[step] : undefined;
  if (found === undefined) throw unprocessable(`path ${path} does not exist`);
  return found;
}

function at(root: Fields, path: string): unknown {
  const { parent, last } = parentOf(root, path);
  return child(parent, last, path);
}

function put(root: Fields, path: string, value: unknown, insert: boolean): void {
  const { parent, last } = parentOf(root, path);
  if (!Array.isArray(parent)) {
    if (!isFields(parent)) throw unprocessable(`path ${path} does not exist`);
    parent[last] = value;
    return;
  }
  const index = last === '-' ? parent.length : Number(last);
  if (!Number.isInteger(index) || index < 0 || index > parent.length)
    throw unprocessable(`index out of range: ${path}`);
  parent.splice(index, insert ? 0 : 1, value);
}

function replace(root: Fields, path: string, value: unknown): void {
  at(root, path);
  put(root, path, value, false);
}

function take(root: Fields, path: string): unknown {
  const value = at(root, path);
  const { parent, last } = parentOf(root, path);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (isFields(parent)) delete parent[last];
  return value;
}
