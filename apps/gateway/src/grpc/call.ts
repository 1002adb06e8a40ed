import type { IncomingHttpHeaders } from 'node:http';
import type { Deadline } from '../limits/deadline';

/** Metadata of a call that names its workload, as `<project>/<name>`: a path of gRPC is that of the method. */
export const WORKLOAD_METADATA = 'x-tessera-workload';
const TIMEOUT = 'grpc-timeout';

/** Whether a request is a call of gRPC; gRPC-Web is not, which is ordinary HTTP. */
export const isGrpc = (headers: IncomingHttpHeaders): boolean =>
  /^application\/grpc(?:$|[+;])/i.test(headers['content-type'] ?? '');

/** Milliseconds of a unit of `grpc-timeout`. */
const UNITS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 0.001,
  n: 0.000_001,
};

/** How long the caller waits for its call, ms, at least 1; undefined where it names no time, or none that is one. */
export function callerTimeMs(headers: IncomingHttpHeaders): number | undefined {
  const header = headers[TIMEOUT];
  if (typeof header !== 'string' || !isGrpc(headers)) return undefined;
  const [, digits, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(header) ?? [];
  return digits === undefined ? undefined : Math.max(1, Math.ceil(Number(digits) * (UNITS[unit] ?? 0)));
}

/** The headers of a call, flat, with the time that is left where they have `grpc-timeout`. */
export function inTime(
  headers: readonly string[],
  deadline: Pick<Deadline, 'leftMs'> | undefined,
): readonly string[] {
  if (deadline === undefined) return headers;
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === TIMEOUT);
  // At most eight digits; a time that long is as good as none.
  const leftMs = Math.min(99_999_999, Math.max(1, Math.ceil(deadline.leftMs())));
  return at < 0 ? headers : headers.with(at + 1, `${leftMs}m`);
}

/** Project and name of the workload in the metadata; undefined where there is none that could be one. */
export function workloadOfMetadata(
  headers: IncomingHttpHeaders,
): { readonly project: string; readonly name: string } | undefined {
  const given = headers[WORKLOAD_METADATA];
  if (typeof given !== 'string') return undefined;
  const [, project, name] = /^([^/\s,]+)\/([^/\s,]+)$/.exec(given) ?? [];
  return project === undefined || name === undefined ? undefined : { project, name };
}

/** Whether the path has the two parts of a method of gRPC and nothing before them. */
export const isBareMethod = (path: string): boolean => /^\/[^/]+\/[^/]+$/.test(path);
