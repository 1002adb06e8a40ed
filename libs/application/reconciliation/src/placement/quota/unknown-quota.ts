import type { Decision, ReplicaRequest } from '@tessera/domain-placement';
import type { AcceptedWorkload } from '../../model/workload';
import { orgUnitKey, type KnownQuota } from '../../ports';
import type { Placer } from '../placer';

/**
 * Why the quota that a workload was created under is not known yet; undefined once it is. Commands of a workload and
 * messages about its project are on different partitions, so the command may arrive first. A workload without versions
 * does not wait.
 */
export function unknownQuota(
  { ref, orgUnitVersions }: Pick<AcceptedWorkload, 'ref' | 'orgUnitVersions'>,
  { versions }: Pick<KnownQuota, 'versions'>,
): string | undefined {
  if (orgUnitVersions === undefined) return undefined;
  const isKnown = (key: string, version: number): boolean => (versions.get(key) ?? 0) >= version;
  const unknown = [
    ...(isKnown(orgUnitKey('project', ref.projectId), orgUnitVersions.project)
      ? []
      : [`project ${ref.projectName}`]),
    ...(isKnown(orgUnitKey('department', ref.departmentId), orgUnitVersions.department)
      ? []
      : [`department ${ref.departmentName}`]),
  ];
  return unknown.length === 0
    ? undefined
    : `the scheduler does not know the quota of ${unknown.join(' and ')} yet`;
}

/** Places requests without GPUs, which have no quota; all others wait until the quota is known. */
export function untilQuotaIsKnown(place: Placer, unknown: string): Placer {
  const waits = ({ gpu }: ReplicaRequest): boolean => gpu.kind !== 'none';
  const decision: Decision = {
    outcome: 'unschedulable',
    verdict: { nodes: 0, rejected: [], suggestions: [SUGGESTION], message: unknown },
  };
  return Object.assign((request: ReplicaRequest) => (waits(request) ? decision : place(request)), {
    fitsWithout: (request: ReplicaRequest, replica: string) =>
      !waits(request) && place.fitsWithout(request, replica),
  });
}

const SUGGESTION =
  'No action is needed if this lasts a few seconds; otherwise check /readyz and the dead letters of the scheduler.';
