import { reaches, type ClusterNode, type ReplicaRequest, type VolumeReach } from '@tessera/domain-placement';
import { maybe } from '@tessera/kernel';
import type { ClaimState, ClaimUser } from '../model/cluster';
import type { ReplicaPod } from '../model/replica';
import type { CompiledWorkload } from '../model/workload';
import { replicaRequest } from './request';

/** Access modes of a volume that several nodes may mount. */
const SHARED = ['ReadWriteMany', 'ReadOnlyMany'];

/**
 * Which nodes can mount the claims of a workload: those that reach the volume and, where its access mode allows one
 * node (`ReadWriteOnce`) or one pod (`ReadWriteOncePod`), those that its current users permit. Kubernetes refuses a
 * second node only once the pod exists, by `FailedAttachVolume`. `placed` are replicas that are about to be created;
 * pods of which `leaves` is true do not count.
 */
export function volumeReach(
  claims: readonly ClaimState[],
  placed: readonly ClaimUser[] = [],
  leaves: (pod: string) => boolean = () => false,
): readonly VolumeReach[] {
  return claims.flatMap(({ name, accessModes = [], volume, terms = [], users = [] }): VolumeReach[] => {
    const using = [...users, ...placed].filter(({ pod }) => !leaves(pod));
    const [holder] = accessModes.includes('ReadWriteOncePod') ? using : [];
    const oneNode = accessModes.length > 0 && !accessModes.some((mode) => SHARED.includes(mode));
    const usedOn = oneNode && using.length > 0 ? [...new Set(using.map(({ node }) => node))] : undefined;
    if (terms.length === 0 && holder === undefined && usedOn === undefined) return [];
    return [
      {
        claim: name,
        ...maybe('volume', volume),
        terms,
        ...maybe('usedOn', usedOn),
        ...maybe('heldBy', holder?.pod),
      },
    ];
  });
}

/** The request of an existing replica that would be placed again: it releases its volumes. */
export const requestBeside = (
  target: CompiledWorkload,
  replica: string,
  claims: readonly ClaimState[],
): ReplicaRequest =>
  replicaRequest(
    target,
    replica,
    volumeReach(claims, [], (pod) => pod === replica),
  );

/**
 * True for a replica that has never run and whose node cannot mount a volume of its workload: the volume was bound, or
 * bound elsewhere, after the replica was placed. Without a replacement it would wait forever.
 */
export function strandedBy(
  claims: readonly ClaimState[],
  nodes: () => readonly ClusterNode[],
): (pod: ReplicaPod) => boolean {
  const bound = claims.flatMap(({ name, terms = [] }) =>
    terms.length === 0 ? [] : [{ claim: name, terms }],
  );
  if (bound.length === 0) return () => false;
  return ({ ready, startedAt, nodeName }) => {
    const node = ready || startedAt !== undefined ? undefined : nodes().find(({ name }) => name === nodeName);
    return node !== undefined && bound.some((volume) => !reaches(node, volume));
  };
}
