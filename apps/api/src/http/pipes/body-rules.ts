import { Inject, Injectable } from '@nestjs/common';
import {
  mergePatch,
  requestViolations,
  type ControlPlaneDependencies,
} from '@tessera/application-control-plane';
import { specViolations, type Violation } from '@tessera/domain-workload';
import { CONTROL_PLANE } from '../../providers';
import { sentPatch, sentSpec } from '../../inferences/inference-body';
import { MOST_FOUND } from '../filters/violations';
import type { ActiveCall } from '../active-call';

type Body = Readonly<Record<string, unknown>>;

/** The rules beyond the shape of a body that a route names (`bodyRules`). */
@Injectable()
export class BodyRules {
  constructor(
    @Inject(CONTROL_PLANE)
    private readonly controlPlane: Pick<ControlPlaneDependencies, 'directory' | 'specSettings'>,
  ) {}

  /**
   * Rules that the rest of a body violates besides its shape. Fields of the wrong shape are removed first and not
   * reported a second time.
   */
  async violations(call: ActiveCall, found: readonly Violation[]): Promise<readonly Violation[]> {
    if (found.length >= MOST_FOUND) return [];
    const body = structuredClone(call.raw ?? {}) as Record<string, unknown>;
    for (const { field } of found)
      remove(
        body,
        field.split(/[.[\]]+/).filter((part) => part !== ''),
      );
    const wrong = new Set(found.map(({ field }) => field));
    const more = await this.broken(call, body);
    return more.filter(({ field }) => !isIn(field, wrong));
  }

  private async broken({ route, workload }: ActiveCall, body: Body): Promise<readonly Violation[]> {
    if (route.bodyRules === undefined) return [];
    if (route.bodyRules === 'new-inference')
      return requestViolations(this.controlPlane, {
        name: textOf(body['name']),
        asPrefix: body['useGivenNameAsPrefix'] === true,
        projectId: textOf(body['projectId']),
        clusterId: textOf(body['clusterId']).toLowerCase(),
        spec: sentSpec(body['spec']),
      });
    const { patch, fixed } = sentPatch(body);
    const patched = mergePatch(workload?.spec ?? {}, patch);
    return [...fixed, ...specViolations(patched, this.controlPlane.specSettings)];
  }
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

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
