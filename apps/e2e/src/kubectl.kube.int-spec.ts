import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeWithService, eventually } from '@tessera/testing-services';
import { service, SERVICE_START_MS } from '@tessera/dev-services';
import { realServer, simulator, type SimulatedCluster } from './simulated-nodes';

jest.setTimeout(60_000);
const NODE = 'cpu-default-1';
const OTHER = 'l40s-default-1';
const PORT = 8000;

const podOn = (name: string, node: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'kubectl' } },
  spec: {
    nodeName: node,
    containers: [{ name: 'main', image: 'model:1', ports: [{ containerPort: PORT }] }],
  },
});

/** What an operator types, with the official client. */
function kubectlWorks(start: () => Promise<SimulatedCluster>): void {
  let cluster: SimulatedCluster;
  let folder: string;
  const program = service('kubectl').reason;
  const kubectl = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)(program, ['--kubeconfig', cluster.kubeconfig, ...args])).stdout;
  const apply = async (object: ReturnType<typeof podOn>): Promise<string> => {
    const file = join(folder, `${object.metadata.name}.json`);
    writeFileSync(file, JSON.stringify(object));
    return kubectl('apply', '-f', file);
  };
  const running = (name: string): Promise<void> =>
    eventually(async () => expect(await kubectl('get', 'pod', name)).toMatch(/1\/1\s+Running/));

  beforeAll(async () => {
    cluster = await start();
    folder = mkdtempSync(join(tmpdir(), 'tessera-kubectl-files-'));
    // The account that pods of a namespace run as is made by the controllers, a moment after the namespace.
    await eventually(async () => expect(await apply(podOn('first', NODE))).toContain('pod/first'));
    await running('first');
  }, 2 * SERVICE_START_MS);
  afterAll(async () => {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  }, SERVICE_START_MS);

  it('get: tables, wide, yaml', async () => {
    expect(await kubectl('get', 'nodes')).toMatch(new RegExp(`^${NODE} +Ready`, 'm'));
    expect(await kubectl('get', 'pods', '-o', 'wide')).toMatch(
      new RegExp(`^first +1/1 +Running.* ${NODE} `, 'm'),
    );
    expect(await kubectl('get', 'pod', 'first', '-o', 'yaml')).toContain(`nodeName: ${NODE}`);
    expect(await kubectl('get', 'pods', '-l', 'app=kubectl', '-o', 'name')).toContain('pod/first');
  });

  it('get --watch shows what changes', async () => {
    const watch = spawn(program, [
      '--kubeconfig',
      cluster.kubeconfig,
      'get',
      'pods',
      '--watch',
      '-o',
      'name',
    ]);
    let seen = '';
    watch.stdout.on('data', (chunk: Buffer) => void (seen += chunk.toString()));
    try {
      await eventually(async () => expect(seen).toContain('pod/first'));
      await apply(podOn('watched', NODE));
      await eventually(async () => expect(seen).toContain('pod/watched'));
    } finally {
      watch.kill();
      await new Promise((resolve) => watch.once('exit', resolve));
    }
  });

  it('describe shows the pod and its events', async () => {
    await eventually(async () => {
      const text = await kubectl('describe', 'pod', 'first');
      expect(text).toMatch(new RegExp(`^Node: +${NODE}/`, 'm'));
      expect(text).toMatch(/Events:[\s\S]*Started/);
    });
    expect(await kubectl('describe', 'node', NODE)).toMatch(/Allocatable:[\s\S]*cpu:/);
  });

  it('events', async () => {
    await eventually(async () =>
      expect(await kubectl('get', 'events', '--field-selector', 'involvedObject.name=first')).toMatch(
        /Normal +\w+ +pod\/first/,
      ),
    );
  });

  it('patch and label', async () => {
    await kubectl('patch', 'pod', 'first', '-p', '{"metadata":{"annotations":{"seen":"yes"}}}');
    await kubectl('label', 'pod', 'first', 'colour=blue');
    expect(
      await kubectl(
        'get',
        'pods',
        '-l',
        'colour=blue',
        '-o',
        'jsonpath={.items[*].metadata.annotations.seen}',
      ),
    ).toBe('yes');
  });

  it('apply again changes what differs', async () => {
    const changed = podOn('first', NODE);
    expect(
      await apply({ ...changed, metadata: { ...changed.metadata, labels: { app: 'changed' } } }),
    ).toContain('pod/first configured');
    expect(await kubectl('get', 'pods', '-l', 'app=changed', '-o', 'name')).toBe('pod/first\n');
  });

  it('logs, those of the last lines and those that come', async () => {
    const address = await kubectl('get', 'pod', 'first', '-o', 'jsonpath={.status.podIP}');
    const ask = (path: string) => fetch(`http://${address}:${PORT}/${path}`);
    await ask('asked');
    await eventually(async () => expect(await kubectl('logs', 'first')).toContain('GET /asked 200'));
    await ask('again');
    await eventually(async () =>
      expect(await kubectl('logs', 'first', '--tail=1')).toMatch(/^.*GET \/again 200.*\n$/),
    );
    const following = spawn(program, ['--kubeconfig', cluster.kubeconfig, 'logs', 'first', '--follow']);
    let seen = '';
    following.stdout.on('data', (chunk: Buffer) => void (seen += chunk.toString()));
    try {
      await eventually(async () => expect(seen).toContain('GET /again 200'));
      await ask('followed');
      await eventually(async () => expect(seen).toContain('GET /followed 200'));
    } finally {
      following.kill();
      await new Promise((resolve) => following.once('exit', resolve));
    }
  });

  it('cordon, drain and uncordon', async () => {
    await apply(podOn('to-move', OTHER));
    await running('to-move');
    await kubectl('cordon', OTHER);
    expect(await kubectl('get', 'node', OTHER)).toContain('SchedulingDisabled');
    const drained = await kubectl('drain', OTHER, '--force', '--ignore-daemonsets', '--timeout=40s');
    expect(drained).toContain('evicted');
    expect(await kubectl('get', 'pods', '-o', 'name')).not.toContain('pod/to-move');
    await kubectl('uncordon', OTHER);
    expect(await kubectl('get', 'node', OTHER)).not.toContain('SchedulingDisabled');
  });

  it('delete', async () => {
    expect(await kubectl('delete', 'pod', 'first')).toContain('"first" deleted');
    await expect(kubectl('get', 'pod', 'first')).rejects.toThrow('NotFound');
  });
}

describeWithService('kubectl', 'kubectl on the simulated cluster', () => kubectlWorks(() => simulator()));

describeWithService('kubernetes', 'kubectl on the real API server', () => {
  describeWithService('kubectl', 'with kubectl', () => kubectlWorks(realServer));
});
