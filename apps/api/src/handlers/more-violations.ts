import {
  mergePatch,
  requestViolations,
  type ReadWorkload,
  type ControlPlaneDependencies,
} from '@tessera/application-control-plane';
import type { Route } from '@tessera/contracts-rest';
import { specViolations, type Violation } from '@tessera/domain-workload';
import { sentPatch, sentSpec } from '../wire/inference';
import { MOST_FOUND } from '../wire/violations';

type Dependencies = Pick<ControlPlaneDependencies, 'directory' | 'specSettings'>;

/**
 * Rules that the rest of a body violates besides its shape. Fields of the wrong shape are removed first and not
 * reported a second time.
 */
export async function moreViolations(
  controlPlane: Dependencies,
  rules: Route['bodyRules'],
  raw: unknown,
  found: readonly Violation[],
  workload: ReadWorkload | undefined,
): Promise<readonly Violation[]> {
  if (found.length >= MOST_FOUND) return [];
  const body = structuredClone(raw ?? {}) as Record<string, unknown>;
  for (const { field } of found)
    remove(
      body,
      field.split(/[.[\]]+/).filter((part) => part !== ''),
    );
  const wrong = new Set(found.map(({ field }) => field));
  const more = await brokenRules(controlPlane, rules, body, workload);
  return more.filter(({ field }) => !isIn(field, wrong));
}

async function brokenRules(
  controlPlane: Dependencies,
  rules: Route['bodyRules'],
  body: Readonly<Record<string, unknown>>,
  workload: ReadWorkload | undefined,
): Promise<readonly Violation[]> {
  if (rules === 'new-inference') {
    const text = (name: string): string => {
      const value = body[name];
      return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    };
    return requestViolations(controlPlane, {
      name: text('name'),
      asPrefix: body['useGivenNameAsPrefix'] === true,
      projectId: text('projectId'),
      clusterId: text('clusterId').toLowerCase(),
      spec: sentSpec(body['spec']),
    });
  }
  if (rules !== 'inference-patch') return [];
  const { patch, fixed } = sentPatch(body);
  return [...fixed, ...specViolations(mergePatch(workload?.spec ?? {}, patch), controlPlane.specSettings)];
}

/** Whether the field, or one that contains it, is among the wrong ones. */
function isIn(field: string, wrong: ReadonlySet<string>): boolean {
  for (let at = 1; at < field.length; at += 1)
    if ((field[at] === '.' || field[at] === '[') && wrong.has(field.slice(0, at))) return true;
  return wrong.has(field);
}

function remove(target: Record<string, unknown>, path: readonly string[]): void {
  const [first = '', ...rest] = path;
  const value = target[first];
  if (rest.length === 0) {
    if (Array.isArray(target)) (target as unknown[])[Number(first)] = null;
    else delete target[first];
  } else if (typeof value === 'object' && value !== null) remove(value as Record<string, unknown>, rest);
}
