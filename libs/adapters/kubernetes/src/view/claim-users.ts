import type { ClaimUser, ReplicaPod } from '@tessera/application-reconciliation';
import type { PodWire } from '../api/wire';

const NO_CLAIMS: readonly string[] = [];
const NO_USERS: readonly ClaimUser[] = [];

/** Names of the claims that a pod mounts. */
export const claimsIn = ({ spec }: PodWire): readonly string[] =>
  spec.volumes?.flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []) ?? NO_CLAIMS;

/** The pods of the cluster that mount claims, ours and others, by claim. */
export class ClaimUsers {
  /** Keys (`namespace/name`) of the claims of a pod, by its key. */
  private readonly held = new Map<string, readonly string[]>();
  private readonly users = new Map<string, Map<string, ClaimUser>>();

  of(namespace: string, claim: string): readonly ClaimUser[] {
    const users = this.users.get(`${namespace}/${claim}`);
    return users === undefined ? NO_USERS : [...users.values()];
  }

  /** A pod that has ended no longer uses its volumes, as kubelet and the attach controller see it. */
  take(type: 'added' | 'updated' | 'deleted', key: string, pod: PodWire): void {
    const { phase } = pod.status ?? {};
    const ended = type === 'deleted' || phase === 'Succeeded' || phase === 'Failed';
    this.put(key, pod.metadata.namespace ?? '', pod.spec.nodeName, ended ? NO_CLAIMS : claimsIn(pod));
  }

  /** A replica that is being created. */
  assume(key: string, { namespace, nodeName, claims = NO_CLAIMS }: ReplicaPod): void {
    this.put(key, namespace, nodeName, claims);
  }

  forget(key: string): void {
    for (const claim of this.held.get(key) ?? NO_CLAIMS) {
      const users = this.users.get(claim);
      users?.delete(key);
      if (users?.size === 0) this.users.delete(claim);
    }
    this.held.delete(key);
  }

  private put(key: string, namespace: string, node: string | undefined, claims: readonly string[]): void {
    this.forget(key);
    if (node === undefined || claims.length === 0) return;
    const pod = key.slice(key.indexOf('/') + 1);
    const keys = claims.map((claim) => `${namespace}/${claim}`);
    this.held.set(key, keys);
    for (const claim of keys) {
      const users = this.users.get(claim) ?? new Map<string, ClaimUser>();
      this.users.set(claim, users.set(key, { pod, node }));
    }
  }
}
