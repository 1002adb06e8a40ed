import type { IncomingHttpHeaders } from 'node:http';
import type { Deadline } from '../limits/deadline';

/** Metadata of a gRPC call with its workload, as `<project>/<name>`: the path of a gRPC call is that of the method. */
export const WORKLOAD_METADATA = 'x-tessera-workload';
const TIMEOUT = 'grpc-timeout';

/** Whether a request is a gRPC call. gRPC-Web is not: it is ordinary HTTP. */
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

/** The timeout that the caller set (`grpc-timeout`), ms, at least 1; undefined where it is absent or malformed. */
export function callerTimeMs(headers: IncomingHttpHeaders): number | undefined {
  const header = headers[TIMEOUT];
  if (typeof header !== 'string' || !isGrpc(headers)) return undefined;
  const [, digits, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(header) ?? [];
  return digits === undefined ? undefined : Math.max(1, Math.ceil(Number(digits) * (UNITS[unit] ?? 0)));
}

/**
 * The headers of a call, flat, with the time left until the deadline in `grpc-timeout`, where they have that header.
 */
export function withTimeLeft(
  headers: readonly string[],
  deadline: Pick<Deadline, 'leftMs'> | undefined,
): readonly string[] {
  if (deadline === undefined) return headers;
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === TIMEOUT);
  // The format allows eight digits; a timeout of more than a day needs no precision.
  const leftMs = Math.min(99_999_999, Math.max(1, Math.ceil(deadline.leftMs())));
  return at < 0 ? headers : headers.with(at + 1, `${leftMs}m`);
}

/** Project and name of the workload in the metadata; undefined where it is absent or malformed. */
export function workloadOfMetadata(
  headers: IncomingHttpHeaders,
): { readonly project: string; readonly name: string } | undefined {
  const given = headers[WORKLOAD_METADATA];
  if (typeof given !== 'string') return undefined;
  const [, project, name] = /^([^/\s,]+)\/([^/\s,]+)$/.exec(given) ?? [];
  return project === undefined || name === undefined ? undefined : { project, name };
}

/** Whether the path is only `/<service>/<method>`. */
export const isBareMethod = (path: string): boolean => /^\/[^/]+\/[^/]+$/.test(path);
