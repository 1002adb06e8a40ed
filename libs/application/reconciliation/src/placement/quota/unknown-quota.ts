import type { Decision, ReplicaRequest } from '@tessera/domain-placement';
import type { AcceptedWorkload } from '../../model/workload';
import { orgUnitKey, type KnownQuota } from '../../ports';
import type { Placer } from '../placer';

/**
 * Why the quota that a workload was created under is not known yet; undefined once it is. Commands of a workload and
 * messages about its project travel on different partitions, so the former may come first. A workload without versions
 * waits for nothing.
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

/** Places what needs no GPU, which no quota limits; everything else waits for the quota. */
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
  'Nothing, if this lasts for seconds; otherwise look at /readyz and the dead letters of the scheduler.';
