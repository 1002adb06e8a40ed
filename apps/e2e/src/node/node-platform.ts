import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectKubernetes, type KubernetesConnection } from '@tessera/adapter-kubernetes';
import { IMAGES, type FakeDevice } from '@tessera/dev-services/node';
import { eventually } from '@tessera/testing-services';
import { service } from '@tessera/dev-services';
import { Client, INFERENCES, workload, type Json } from '../client';
import { Platform } from '../platform';

export const LIMIT_MS = 60_000;
const PODS = '/api/v1/namespaces/runai-project-1/pods';

/** The whole platform above a real node, and what a specification asks of both. */
export class NodePlatform {
  private constructor(
    private readonly platform: Platform,
    readonly client: Client,
    readonly cluster: KubernetesConnection,
  ) {}

  static async start(env: Readonly<Record<string, string>> = {}): Promise<NodePlatform> {
    const platform = await Platform.create();
    try {
      await platform.start(['--kafka', 'embedded', '--kubernetes', 'node'], env);
    } catch (error) {
      await platform.remove();
      throw error;
    }
    const client = new Client(() => platform.connection);
    return new NodePlatform(platform, client, connectKubernetes(platform.connection.kubeconfig));
  }

  async remove(): Promise<void> {
    await this.cluster.close();
    await this.platform.remove();
  }

  /** Creates a workload whose container is the model server that the node brings; returns its id. */
  async create(name: string, compute: object, spec: object = {}): Promise<string> {
    const body = workload(name, compute, { image: IMAGES['model-server'], ...spec });
    return (await this.client.create(body)).workloadId as string;
  }

  async delete(...ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const { status } = await this.client.call('DELETE', `${INFERENCES}/${id}`);
      if (status >= 300) throw new Error(`DELETE ${id} answered ${status}`);
    }
    await eventually(async () => {
      const left = (await this.items(PODS)).filter(({ metadata }) => ids.includes(idOf(metadata)));
      expect(left.map(({ metadata }) => metadata.name)).toEqual([]);
    }, LIMIT_MS);
  }

  /** What the API says of a workload: its phase, the reason of its condition Ready with its message, and that of ResourcesReady. */
  async phaseOf(id: string): Promise<{ phase: string; reason: string; message: string; compiled: string }> {
    const { body } = await this.client.call('GET', '/api/v1/workloads?limit=500');
    const found = body.workloads.find((one: Json) => one.id === id);
    const reasonOf = (type: string): string =>
      found.conditions.find((condition: Json) => condition.type === type)?.reason ?? '';
    return {
      phase: found.phase,
      reason: reasonOf('Ready'),
      message: found.phaseMessage ?? '',
      compiled: reasonOf('ResourcesReady'),
    };
  }

  async running(...ids: readonly string[]): Promise<void> {
    for (const id of ids)
      await eventually(
        async () => expect(await this.phaseOf(id)).toEqual(expect.objectContaining({ phase: 'Running' })),
        LIMIT_MS,
      );
  }

  /** What the container answers through the gateway. */
  async ask(name: string): Promise<{ devices: string; host: string }> {
    const response = await fetch(this.urlOf(name, '/v1/models'));
    if (response.status !== 200)
      throw new Error(`${name} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as { devices: string; host: string };
  }

  /** Status of the answer through the gateway. */
  async statusOf(name: string, path: string): Promise<number> {
    const response = await fetch(this.urlOf(name, path));
    await response.arrayBuffer();
    return response.status;
  }

  private urlOf(name: string, path: string): string {
    return `${this.platform.connection.gateway}/project-1/${name}${path}`;
  }

  async items(path: string, labelSelector?: string): Promise<readonly Json[]> {
    const query = labelSelector === undefined ? {} : { labelSelector };
    return (await this.cluster.request<Json>('GET', path, { query })).items;
  }

  /** Waits until kubelet says that of a pod. */
  isReady(name: string, ready: boolean): Promise<void> {
    return eventually(async () => {
      const { status } = await this.cluster.request<Json>('GET', `${PODS}/${name}`);
      const condition = status.conditions.find(({ type }: Json) => type === 'Ready');
      expect(condition.status).toBe(ready ? 'True' : 'False');
    }, LIMIT_MS);
  }

  async podOf(id: string): Promise<Json> {
    const [found] = await this.podsOf(id);
    if (found === undefined) throw new Error(`no pod of ${id}`);
    return found;
  }

  async podsOf(id: string): Promise<readonly Json[]> {
    return (await this.items(PODS)).filter(({ metadata }) => idOf(metadata) === id);
  }

  /** What the official client says, which asks the API server, which asks kubelet. */
  async kubectl(...args: readonly string[]): Promise<string> {
    const config = ['--kubeconfig', this.platform.connection.kubeconfig];
    return (await promisify(execFile)(service('kubectl').reason, [...config, ...args])).stdout;
  }

  patch(path: string, body: object): Promise<Json> {
    return this.cluster.request<Json>('PATCH', path, { body, contentType: 'application/merge-patch+json' });
  }

  /** Devices that kubelet offers as healthy. */
  async offered(): Promise<number> {
    const [node] = await this.items('/api/v1/nodes');
    return Number(node.status.allocatable['nvidia.com/gpu']);
  }

  get devices(): readonly FakeDevice[] {
    return JSON.parse(readFileSync(this.devicesFile, 'utf8')) as readonly FakeDevice[];
  }

  set devices(devices: readonly FakeDevice[]) {
    writeFileSync(`${this.devicesFile}.new`, JSON.stringify(devices));
    renameSync(`${this.devicesFile}.new`, this.devicesFile);
  }

  get kubeletPid(): number {
    return (JSON.parse(readFileSync(join(this.folder, 'kubelet.pid'), 'utf8')) as { pid: number }).pid;
  }

  private get folder(): string {
    return join(this.platform.home, 'node');
  }

  private get devicesFile(): string {
    return join(this.folder, 'devices.json');
  }

  /** What is left on the machine of a node in this folder: mounts, processes, the bridge. */
  leftovers(): readonly string[] {
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
    const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
    const links = readFileSync('/proc/net/dev', 'utf8').split('\n');
    return [
      ...[...mounts, ...processes].filter((line) => line.includes(this.platform.home)),
      ...links.filter((line) => line.includes('tessera0')),
    ];
  }
}

const idOf = (metadata: Json): string => metadata.labels['tessera.io/workload-id'] as string;
