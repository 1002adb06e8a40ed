import { servingAccess, type ServingAccess } from '@tessera/domain-workload/access';
import { maybe } from '@tessera/kernel';

/** An exposed URL of a workload, besides its serving endpoint, as its owner object defines it. */
export interface ExposedHost {
  /** Lower case, without a port. */
  readonly host: string;
  /** Begins with a slash; requests whose path does not begin with it are not for the workload. */
  readonly path: string;
  /** Port of the pods; absent for that of the model server. */
  readonly port?: number;
  /** Who may call it; absent for the rules of the serving endpoint. */
  readonly access?: ServingAccess;
}

/** The workload that owns hosts. */
export interface HostOwner {
  /** `<project>/<workload>`. */
  readonly key: string;
  readonly uid: string;
  /** When the API server made the owner object, RFC 3339. */
  readonly createdAt: string;
  readonly hosts: readonly ExposedHost[];
}

/**
 * The owners of hosts. The API assigns a host to one workload only. Where somebody with access to the cluster writes
 * the same host into a second owner object, the older owner object wins.
 */
export class HostTable {
  private readonly owners = new Map<string, HostOwner>();
  private readonly byHost = new Map<string, readonly HostOwner[]>();

  put(owner: HostOwner): void {
    this.remove(owner.uid);
    if (owner.hosts.length === 0) return;
    this.owners.set(owner.uid, owner);
    for (const host of hostsOf(owner))
      this.byHost.set(host, [...(this.byHost.get(host) ?? []), owner].sort(byAge));
  }

  remove(uid: string): void {
    const owner = this.owners.get(uid);
    if (owner === undefined) return;
    this.owners.delete(uid);
    for (const host of hostsOf(owner)) {
      const rest = (this.byHost.get(host) ?? []).filter((one) => one.uid !== uid);
      if (rest.length === 0) this.byHost.delete(host);
      else this.byHost.set(host, rest);
    }
  }

  /** The owner of the host and its exposed URL with the longest path that matches. */
  find(host: string, path: string): { readonly key: string; readonly exposed: ExposedHost } | undefined {
    const owner = this.byHost.get(host)?.[0];
    const [exposed] = (owner?.hosts ?? [])
      .filter((one) => one.host === host && covers(one.path, path))
      .sort((a, b) => b.path.length - a.path.length);
    return owner && exposed && { key: owner.key, exposed };
  }

  /** Whether a workload owns the host, whatever the path. */
  has(host: string): boolean {
    return this.byHost.has(host);
  }
}

const hostsOf = ({ hosts }: HostOwner): ReadonlySet<string> => new Set(hosts.map(({ host }) => host));

const byAge = (a: HostOwner, b: HostOwner): number =>
  a.createdAt === b.createdAt ? (a.uid < b.uid ? -1 : 1) : a.createdAt < b.createdAt ? -1 : 1;

/** Matches by whole segments, as the Gateway API matches prefixes. */
function covers(prefix: string, target: string): boolean {
  const path = target.split('?', 1)[0] ?? '';
  const whole = prefix.endsWith('/') ? prefix : `${prefix}/`;
  return path === prefix || `${path}/` === whole || path.startsWith(whole);
}

/** The exposed URLs in the data of an owner object; malformed entries are skipped. */
export function exposedHostsOf(text: string | undefined): readonly ExposedHost[] {
  if (text === undefined || text === '') return [];
  try {
    const list = JSON.parse(text) as unknown;
    return Array.isArray(list) ? list.flatMap((one) => hostOf(one as Record<string, unknown> | null)) : [];
  } catch {
    return [];
  }
}

function hostOf(one: Readonly<Record<string, unknown>> | null): readonly ExposedHost[] {
  const { host, path, port, access } = one ?? {};
  if (typeof host !== 'string' || typeof path !== 'string' || !path.startsWith('/')) return [];
  if (port !== undefined && !isPort(port)) return [];
  return [{ host, path, ...maybe('port', port), ...maybe('access', accessOf(access)) }];
}

const isPort = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536;

/** An access rule that is malformed allows nobody. */
function accessOf(access: unknown): ServingAccess | undefined {
  if (access === undefined || access === 'public' || access === 'authenticated') return access;
  const { users, groups } = (typeof access === 'object' && access !== null ? access : {}) as AccessLists;
  return servingAccess({
    authorizationType: 'authorizedUsersOrGroups',
    authorizedUsers: users,
    authorizedGroups: groups,
  });
}

interface AccessLists {
  readonly users?: unknown;
  readonly groups?: unknown;
}
