import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { connectKubernetes, type KubernetesConnection } from '@tessera/adapter-kubernetes';
import { eventually } from '@tessera/testing-services';
import { freePorts } from '@tessera/dev-services';
import { Client, workload, type Json } from '../client';
import { Platform } from '../platform';
import { HostilePod } from './hostile-pod';

jest.setTimeout(180_000);

const SMALL = { cpuCoreRequest: 0.1 };
const LIMIT_MS = 30_000;
const INTRUDERS = 'intruders';
/** As long as a head may take, with the time between two checks and that of a busy machine. */
const HEAD_LIMIT_MS = 60_000;

let platform: Platform;
let client: Client;
/** Somebody with `kubectl` rights. */
let kubectl: KubernetesConnection;
let hostile: HostilePod;
/** A workload of somebody else, and one whose pod is the attacker's own. */
let victim: Json;
let trap: Json;

beforeAll(async () => {
  platform = await Platform.create();
  await platform.start(['--kafka', 'embedded']);
  client = new Client(() => platform.connection);
  kubectl = connectKubernetes(platform.connection.kubeconfig);
  hostile = await HostilePod.listen();
  const { clusterId } = workload('any', SMALL);
  const project = { name: INTRUDERS, clusterId, resources: [] };
  const { body } = await client.call('POST', '/api/v1/org-unit/projects', project);
  victim = await client.create(workload('victim', SMALL));
  trap = await client.create({ ...workload('trap', SMALL), projectId: String(body.id) });
  for (const { workloadId } of [victim, trap])
    await eventually(async () => expect(await client.phaseOf(workloadId)).toBe('Running'), LIMIT_MS);
  await servesHostile(await podOf(`runai-${INTRUDERS}`, trap.workloadId));
  await eventually(async () => expect((await ask('trap', INTRUDERS)).body).toBe('hostile'), LIMIT_MS);
});
beforeEach(() => {
  hostile.heads.length = 0;
  hostile.answer = OK;
});
afterAll(async () => {
  await kubectl?.close();
  await hostile?.close();
  await platform.remove();
});

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nhostile';

const pods = (namespace: string): string => `/api/v1/namespaces/${namespace}/pods`;

async function podOf(namespace: string, workloadId: string): Promise<Json> {
  const { items } = await kubectl.request<Json>('GET', pods(namespace));
  return items.find(({ metadata }: Json) => metadata.labels?.['tessera.io/workload-id'] === workloadId);
}

/** What simulated kubelets do for their own pods: from now on the hostile server is this pod. */
const servesHostile = ({ metadata: { namespace, name } }: Json): Promise<unknown> =>
  kubectl.request('PATCH', `${pods(namespace)}/${name}`, {
    body: { metadata: { annotations: { 'tessera.io/serving-address': hostile.address } } },
    contentType: 'application/merge-patch+json',
  });

interface Reported {
  readonly status: number;
  readonly body: string;
}

async function ask(
  name: string,
  project = 'project-1',
  headers: Readonly<Record<string, string>> = {},
  gateway = platform.connection.gateway,
): Promise<Reported> {
  const response = await fetch(`${gateway}/${project}/${name}/v1/models`, { headers });
  return { status: response.status, body: await response.text() };
}

/** Sends bytes on a connection of its own; resolves with the answer once the gateway has closed it. */
async function raw(bytes: string): Promise<string> {
  const { port } = new URL(platform.connection.gateway);
  const socket = connect(Number(port), '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  socket.write(bytes, 'latin1');
  await once(socket, 'close');
  return received;
}

const offer = (path: string, more = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: g\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`;

/** The neighbour's traffic goes on, through the same process. */
async function victimIsServed(): Promise<void> {
  const { status, body } = await ask('victim');
  expect(status).toBe(200);
  expect(JSON.parse(body)).toMatchObject({ path: '/v1/models' });
}

describe('a pod that answers what is no HTTP', () => {
  // Before, an exception in a listener of the connection to the pod ended the gateway, and all tenants' traffic with it.
  it.each([
    ['a status that no answer can have', 'HTTP/1.1 099 X\r\n\r\n'],
    ['another protocol than the one offered', 'HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'],
    ['a header of control characters', 'HTTP/1.1 101 S\r\nUpgrade: websocket\r\nX: \u0001\r\n\r\n'],
    ['half a head', 'HTTP/1.1 101 S\r\nUpg'],
  ])('to the offer of a websocket (%s) ends that exchange and not the gateway', async (_, answer) => {
    const pid = platform.pidOf('gateway');
    hostile.answer = answer;
    expect(await raw(offer(`/${INTRUDERS}/trap/`))).toMatch(/^HTTP\/1\.1 502 /);
    expect(hostile.heads).toHaveLength(1);
    await victimIsServed();
    expect(platform.pidOf('gateway')).toBe(pid);
    expect(platform.restartsOf('gateway')).toBe(0);
  });
});

describe('a pod that wears the labels of another project’s workload', () => {
  // Before, such a pod took half of the requests, with the credentials in them.
  it('gets no request of that workload, whatever else it copies', async () => {
    const { metadata, spec } = await podOf('runai-project-1', victim.workloadId);
    const own = await podOf(`runai-${INTRUDERS}`, trap.workloadId);
    const disguised = (name: string, namespace: string, ownerReferences: readonly Json[]): unknown => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        namespace,
        ownerReferences,
        labels: { ...metadata.labels, 'tessera.io/workload-id': '11111111-1111-4111-8111-111111111111' },
        annotations: { 'tessera.io/serving-port': '8000', 'tessera.io/serving-address': hostile.address },
      },
      spec: { nodeName: own.spec.nodeName, containers: spec.containers },
    });
    const namespaces = { [`runai-${INTRUDERS}`]: own.metadata.ownerReferences, default: [] };
    for (const [namespace, owners] of Object.entries(namespaces)) {
      await kubectl.request('POST', pods(namespace), { body: disguised('wolf', namespace, owners) });
      await eventually(async () => {
        const { status } = await kubectl.request<Json>('GET', `${pods(namespace)}/wolf`);
        expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
      }, LIMIT_MS);
      await servesHostile({ metadata: { namespace, name: 'wolf' } });
    }
    // What the gateway serves now, it has learnt after those pods.
    const later = await client.create(workload('later', SMALL));
    await eventually(async () => expect((await ask('later')).status).toBe(200), LIMIT_MS);
    for (let turn = 0; turn < 20; turn += 1) await victimIsServed();
    expect(hostile.heads).toEqual([]);
    expect(await (await fetch(`${platform.connection.gatewayAdmin}/metrics`)).text()).not.toContain('wolf');
    expect(await client.remove(later.workloadId)).toBe(204);
  });
});

describe('a pod that claims where it is served', () => {
  let deployed: ChildProcess;
  let address: string;
  beforeAll(async () => {
    const [port = 0, adminPort = 0] = await freePorts(2);
    address = `http://127.0.0.1:${port}`;
    // As compose file and chart for a real cluster start it: nothing says that kubelets are simulated.
    deployed = spawn(process.execPath, ['dist/apps/gateway/main.js'], {
      env: {
        TESSERA_KUBECONFIG: platform.connection.kubeconfig,
        TESSERA_GATEWAY_PORT: String(port),
        TESSERA_GATEWAY_ADMIN_PORT: String(adminPort),
        TESSERA_GATEWAY_HOLD_MS: '200',
      },
      stdio: 'ignore',
    });
    await eventually(
      async () => expect((await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status).toBe(200),
      LIMIT_MS,
    );
  });
  afterAll(async () => {
    deployed.kill('SIGTERM');
    if (deployed.exitCode === null) await once(deployed, 'exit');
  });

  // Before, an annotation of the request or of the pod led the gateway to any address it can reach.
  it('cannot lead the gateway of a real cluster to another address, nor to the machine of the gateway', async () => {
    expect((await ask('trap', INTRUDERS, {}, address)).status).toBe(503);
    // The simulated pods' own addresses are loopback addresses.
    expect((await ask('victim', 'project-1', {}, address)).status).toBe(503);
    expect(hostile.heads).toEqual([]);
  });
});

describe('the owner of a model', () => {
  it('never sees a token of the platform that callers send, and does see keys of the model', async () => {
    const bearer = { authorization: `Bearer ${await client.newToken()}` };
    expect((await ask('trap', INTRUDERS, bearer)).body).toBe('hostile');
    await raw(offer(`/${INTRUDERS}/trap/`, `Authorization: ${bearer.authorization}\r\n`));
    await ask('trap', INTRUDERS, { authorization: 'Bearer tsk-0123456789' });
    expect(hostile.heads).toHaveLength(3);
    expect(hostile.received('authorization')).toEqual([]);
    await ask('trap', INTRUDERS, { authorization: 'Bearer model-key', cookie: 'session=1' });
    expect([hostile.received('authorization'), hostile.received('cookie')]).toEqual([
      ['Bearer model-key'],
      ['session=1'],
    ]);
  });

  it('learns from the gateway alone where a request came from', async () => {
    const forged = { 'x-forwarded-for': '10.0.0.1', 'x-real-ip': '10.0.0.1', forwarded: 'for=10.0.0.1' };
    await ask('trap', INTRUDERS, {
      ...forged,
      'x-forwarded-host': 'bank.example',
      'x-tessera-subject': 'ada',
    });
    expect(hostile.received('x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(hostile.received('x-forwarded-host')).toEqual([new URL(platform.connection.gateway).host]);
    for (const name of ['x-real-ip', 'forwarded', 'x-tessera-subject'])
      expect(hostile.received(name)).toEqual([]);
  });
});

describe('a caller without any credential', () => {
  // Before, /metrics listed every workload, project and pod of all tenants with its traffic.
  it.each(['/metrics', '/readyz', '/livez'])('reads nothing at %s of the public port', async (path) => {
    const response = await fetch(platform.connection.gateway + path);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toMatch(/victim|tessera_gateway/);
    expect((await fetch(platform.connection.gatewayAdmin + path)).status).toBe(200);
  });

  it('learns no names of pods and no causes when a replica fails', async () => {
    hostile.answer = 'garbage';
    const { status, body } = await ask('trap', INTRUDERS);
    expect([status, JSON.parse(body)]).toEqual([
      502,
      { code: 502, message: 'The replica sent an invalid response' },
    ]);
  });

  it.each([
    ['two Host lines', `GET /${INTRUDERS}/trap/ HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n`],
    [
      'a target with a host of its own',
      `GET http://x/${INTRUDERS}/trap/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    ],
    ['a user in Host', `GET /${INTRUDERS}/trap/ HTTP/1.1\r\nHost: a@b\r\nConnection: close\r\n\r\n`],
  ])('gets nobody to read a request in two ways: %s', async (_, bytes) => {
    expect(await raw(bytes)).toMatch(/^HTTP\/1\.1 400 /);
    expect(hostile.heads).toEqual([]);
  });

  // Before, the time limit of the head was off together with that of the body.
  it('cannot keep a connection with half a head', async () => {
    const began = performance.now();
    expect(await raw(`GET /${INTRUDERS}/trap/ HTTP/1.1\r\nHost: g\r\nX-Slow: `)).toMatch(
      /^HTTP\/1\.1 408 |^$/,
    );
    expect(performance.now() - began).toBeLessThan(HEAD_LIMIT_MS);
    await victimIsServed();
  });
});
