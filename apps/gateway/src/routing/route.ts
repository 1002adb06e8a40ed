/** The destination of a request in path form. */
export interface Route {
  readonly project: string;
  readonly workload: string;
  /** Path and query for the replica; starts with `/`. */
  readonly path: string;
}

/**
 * Splits `/<project>/<workload>/<rest>?<query>`. The rest stays as it was sent, escapes and dot segments included.
 * Undefined where one of the two names is missing. Names are label values and need no unescaping.
 */
export function parseRoute(target: string): Route | undefined {
  const queryAt = target.indexOf('?');
  const path = queryAt < 0 ? target : target.slice(0, queryAt);
  const query = queryAt < 0 ? '' : target.slice(queryAt);
  if (!path.startsWith('/')) return undefined;
  const projectEnd = path.indexOf('/', 1);
  if (projectEnd <= 1) return undefined;
  const slash = path.indexOf('/', projectEnd + 1);
  const workloadEnd = slash < 0 ? path.length : slash;
  if (workloadEnd === projectEnd + 1) return undefined;
  return {
    project: path.slice(1, projectEnd),
    workload: path.slice(projectEnd + 1, workloadEnd),
    path: (path.slice(workloadEnd) || '/') + query,
  };
}

/**
 * The first label of a host directly below the domain, in lower case, without a port; undefined for other hosts. A name
 * may end with a dot (RFC 3986 §3.2.2).
 */
export function labelOfHost(host: string, domain: string): string | undefined {
  const name = plainHost(host);
  if (!name.endsWith(`.${domain}`)) return undefined;
  const label = name.slice(0, -domain.length - 1);
  return label.includes('.') ? undefined : label;
}

/** The name in a Host header: in lower case, without a port and the dot of the root. */
export const plainHost = (host: string): string => host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
