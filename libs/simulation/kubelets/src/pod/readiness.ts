import { request } from 'node:http';
import { connect } from 'node:net';
import type { Container, Pod, Probe } from '@tessera/simulation-kubernetes-api/wire';

/** Where the pod really listens; probes of its serving port go there. */
export interface ProbeTarget {
  readonly podIP: string;
  readonly servingPort: number | undefined;
  readonly actual: { readonly host: string; readonly port: number } | undefined;
}

/** Result of one probe. */
export interface ProbeResult {
  readonly ok: boolean;
  readonly message: string;
}

const PASSED: ProbeResult = { ok: true, message: '' };

/** A port by number, or by the name that a container gives it. */
export function portOf(container: Container, port: number | string): number | undefined {
  const number = Number(port);
  if (Number.isInteger(number)) return number;
  return container.ports?.find(({ name }) => name === port)?.containerPort;
}

/** Port of a pod's model server: the annotation, else the first container port. */
export function servingPortOf(pod: Pod, annotation: string): number | undefined {
  const given = Number(pod.metadata.annotations?.[annotation]);
  if (Number.isInteger(given) && given > 0) return given;
  return pod.spec.containers.flatMap(({ ports }) => ports ?? [])[0]?.containerPort;
}

/**
 * Runs a readiness probe once. HTTP and TCP probes go to whatever listens on the pod's address; a probe with a foreign
 * host, a command or gRPC passes, because the simulator cannot run it.
 */
export function probeOnce(container: Container, probe: Probe, target: ProbeTarget): Promise<ProbeResult> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  const action = probe.httpGet ?? probe.tcpSocket;
  if (action === undefined) return Promise.resolve(PASSED);
  if (action.host !== undefined && action.host !== '' && action.host !== target.podIP)
    return Promise.resolve(PASSED);
  const port = portOf(container, action.port);
  if (port === undefined)
    return Promise.resolve({ ok: false, message: `no port named ${String(action.port)}` });
  const { host, port: at } =
    port === target.servingPort && target.actual !== undefined ? target.actual : { host: target.podIP, port };
  return probe.httpGet === undefined
    ? dial(host, at, timeoutMs)
    : fetchOnce(host, at, probe.httpGet.path ?? '/', timeoutMs);
}

function dial(host: string, port: number, timeoutMs: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    const end = (result: ProbeResult): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(PASSED));
    socket.once('timeout', () => end({ ok: false, message: `dial tcp ${host}:${port}: i/o timeout` }));
    socket.once('error', (error) => end({ ok: false, message: error.message }));
  });
}

function fetchOnce(host: string, port: number, path: string, timeoutMs: number): Promise<ProbeResult> {
  const url = `http://${host}:${port}${path.startsWith('/') ? path : `/${path}`}`;
  return new Promise((resolve) => {
    const outgoing = request(url, {
      agent: false,
      timeout: timeoutMs,
      headers: { 'user-agent': 'kube-probe/1.36' },
    });
    outgoing.once('response', (response) => {
      const code = response.statusCode ?? 0;
      response.resume();
      resolve(
        code >= 200 && code < 400
          ? PASSED
          : { ok: false, message: `HTTP probe failed with statuscode: ${code}` },
      );
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error('context deadline exceeded')));
    outgoing.once('error', (error) => resolve({ ok: false, message: `Get "${url}": ${error.message}` }));
    outgoing.end();
  });
}
