import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveAdmin, type Admin } from '@tessera/platform-http';
import { type Certificate, DualServer } from '@tessera/simulation-kubernetes-api';
import type { Fleet } from '../node/fleet';
import { MIG_FAULTS, type MigReconfigurer } from '../node/mig-reconfigurer';
import type { PodWorker } from '../pod/pod-worker';

/** Pages of exporters by path. */
export type Pages = Readonly<Record<string, () => Promise<string>>>;

/**
 * The port that serves for all kubelets: health, exporters, container logs, and controls of the simulation. A real API
 * server requests logs from kubelets over TLS only; exporters are scraped without it.
 */
export function createEndpoint(
  certificate: Certificate,
  admin: Admin,
  fleet: Fleet,
  mig: MigReconfigurer,
  pages: Pages,
): DualServer {
  return new DualServer(certificate, (request, response) => {
    void serveAdmin(admin, request, response).then((served) => {
      if (!served) serveOwn({ fleet, mig, pages }, request, response);
    });
  });
}

function serveOwn(
  { fleet, mig, pages }: { readonly fleet: Fleet; readonly mig: MigReconfigurer; readonly pages: Pages },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? '/', 'http://kubelet');
  const [first, ...rest] = url.pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const page = pages[url.pathname];
  if (page !== undefined) return void servePage(page, response);
  if (first === 'containerLogs') return serveLog(fleet, rest, url.searchParams, response);
  if (first === 'simulate' && request.method === 'POST') return void simulate({ fleet, mig }, rest, response);
  text(response, 404, `Nothing is served at ${url.pathname}; pages: ${Object.keys(pages).join(', ')}\n`);
}

async function servePage(page: () => Promise<string>, response: ServerResponse): Promise<void> {
  try {
    text(response, 200, await page(), 'text/plain; version=0.0.4; charset=utf-8');
  } catch (error) {
    text(response, 500, `Could not build the page: ${String(error)}\n`);
  }
}

function text(
  response: ServerResponse,
  status: number,
  body: string,
  contentType = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'content-type': contentType }).end(body);
}

function serveLog(
  fleet: Fleet,
  [namespace = '', name = '']: readonly string[],
  query: URLSearchParams,
  response: ServerResponse,
): void {
  const worker = fleet.worker(namespace, name);
  if (worker === undefined) return text(response, 404, `pod "${namespace}/${name}" is not on this node\n`);
  const shown = (line: string): string =>
    `${query.get('timestamps') === 'true' ? line : line.slice(line.indexOf(' ') + 1)}\n`;
  const count = query.get('tailLines');
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
  response.flushHeaders();
  response.write(
    worker.log
      .tail(count === null ? undefined : Number(count))
      .map(shown)
      .join(''),
  );
  if (query.get('follow') !== 'true') return void response.end();
  const unfollow = worker.log.follow((line) => void response.write(shown(line)));
  response.once('close', unfollow);
}

/** Actions of the simulation's operator on a pod. */
const POD_ACTIONS: Readonly<Record<string, (worker: PodWorker) => void>> = {
  restart: (worker) => worker.crash(0),
  crash: (worker) => worker.crash(1),
  oom: (worker) => worker.crash(137, 'OOMKilled'),
  evict: (worker) => worker.evict(),
  unready: (worker) => worker.setUnready(true),
  ready: (worker) => worker.setUnready(false),
};

/**
 * `POST /simulate/pods/<namespace>/<name>/<action>`, `POST /simulate/nodes/<name>/fail|recover|exchange`, where
 * exchanged hardware has devices with other UUIDs, and `POST /simulate/nodes/<name>/mig-wedge|mig-fail`, which makes the
 * next change of geometry fail.
 */
async function simulate(
  { fleet, mig }: { readonly fleet: Fleet; readonly mig: MigReconfigurer },
  [what, ...rest]: readonly string[],
  response: ServerResponse,
): Promise<void> {
  if (what === 'nodes') {
    const [name = '', action] = rest;
    const fault = MIG_FAULTS.find((one) => action === `mig-${one}`);
    const done = fault === undefined ? await actOnNode(fleet, name, action) : mig.failNext(name, fault);
    const known = 'nodes/<name>/fail|recover|exchange|mig-wedge|mig-fail\n';
    return text(response, done ? 200 : 404, done ? 'ok\n' : known);
  }
  const [namespace = '', name = '', action = ''] = rest;
  const worker = fleet.worker(namespace, name);
  const act = POD_ACTIONS[action];
  if (what !== 'pods' || worker === undefined || act === undefined)
    return text(response, 404, `pods/<namespace>/<name>/<${Object.keys(POD_ACTIONS).join('|')}>\n`);
  act(worker);
  text(response, 200, 'ok\n');
}

async function actOnNode(fleet: Fleet, name: string, action: string | undefined): Promise<boolean> {
  if (action === 'exchange') return fleet.exchange(name);
  return (action === 'fail' || action === 'recover') && fleet.setAlive(name, action === 'recover');
}
