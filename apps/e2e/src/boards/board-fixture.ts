import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createPostgresLog } from '@tessera/adapter-event-log';
import { commandsTopic } from '@tessera/contracts-events';
import { pause } from '@tessera/platform-lifecycle';
import { silentLogger } from '@tessera/platform-logging';
import { gpuPortion } from '@tessera/testing-builders';
import { eventually } from '@tessera/testing-services';
import { Client, INFERENCES, workload, type Json } from '../client';
import type { Platform } from '../platform';

const LIMIT_MS = 90_000;
const CLUSTER = '71f69d83-ba66-4822-adf5-55ce55efd210';

const HALF = gpuPortion(0.5);
const WHOLE = { gpuDevicesRequest: 1 };
const scaled = (minReplicas: number, maxReplicas: number, metricThreshold: number) => ({
  autoscaling: {
    minReplicas,
    maxReplicas,
    initialReplicas: minReplicas,
    metric: 'concurrency',
    metricThreshold,
  },
});

/** What runs: some are busy, one sleeps, one nobody asks, and one fits nowhere. */
const WORKLOADS = [
  workload('chat', HALF, scaled(1, 4, 2)),
  workload('embeddings', WHOLE, scaled(1, 2, 20)),
  workload('reranker', HALF, scaled(0, 2, 5)),
  workload('too-large', { gpuDevicesRequest: 64 }),
];
/** In a project of its own. */
const OF_OTHERS = [workload('forgotten', WHOLE), workload('translator', HALF)];

/** A platform on which everything happens that boards show; its Prometheus is a real one. */
export class BoardFixture {
  readonly client: Client;
  private readonly stopping = new AbortController();
  private traffic: readonly Promise<void>[] = [];

  constructor(private readonly platform: Pick<Platform, 'connection'>) {
    // One for each caller.
    setMaxListeners(0, this.stopping.signal);
    this.client = new Client(() => platform.connection);
  }

  /** Resolves once the workloads run, callers call, and a record was set aside. */
  async begin(): Promise<void> {
    const ids = new Map<string, string>();
    const projectId = await this.otherProject();
    for (const one of [...OF_OTHERS.map((each) => ({ ...each, projectId })), ...WORKLOADS])
      ids.set(one.name, (await this.client.create(one)).workloadId);
    for (const name of ['chat', 'embeddings', 'forgotten', 'translator'])
      await eventually(() => this.assertRunning(ids.get(name) ?? ''), LIMIT_MS);
    this.traffic = [
      ...Array.from({ length: 6 }, () => this.call('chat')),
      this.call('embeddings'),
      this.call('translator', 100, 'assistants'),
      this.call('reranker', 8_000),
      // Held, and given up: nothing fits.
      this.call('too-large', 1_000),
      this.callOverLimit('translator', 'assistants', await this.limitedKey(projectId)),
      this.measure(ids.get('chat') ?? ''),
    ];
    await this.setAside();
  }

  async end(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.traffic);
  }

  private async otherProject(): Promise<string> {
    const pools = await this.client.call('GET', '/api/v1/node-pools');
    const { id, name } = pools.body.nodepools.find((one: Json) => one.name === 'my-node-pool-b');
    const { status, body } = await this.client.call('POST', '/api/v1/org-unit/projects', {
      name: 'assistants',
      clusterId: CLUSTER,
      resources: [{ nodePool: { id: String(id) }, gpu: { deserved: 4 } }],
      defaultNodePools: [name],
    });
    if (status !== 201) throw new Error(`no project: ${status} ${JSON.stringify(body)}`);
    return body.id;
  }

  private async assertRunning(id: string): Promise<void> {
    const phase = await this.client.phaseOf(id);
    if (phase !== 'Running') throw new Error(`workload ${id} is ${phase}`);
  }

  /** Calls a workload again and again, in one session. Between two calls it rests, ms. */
  private call(name: string, restMs = 20, project = 'project-1'): Promise<void> {
    const session = randomUUID();
    return this.repeat(restMs, async () => {
      const url = `${this.platform.connection.gateway}/${project}/${name}/v1/chat/completions`;
      const asked = { model: name, messages: [{ role: 'user', content: 'Hello' }], stream: true };
      const headers = { 'content-type': 'application/json', 'x-session-id': session };
      await (await fetch(url, { method: 'POST', body: JSON.stringify(asked), headers })).arrayBuffer();
    });
  }

  private async limitedKey(projectId: string): Promise<string> {
    const made = await this.client.call('POST', '/api/v1/tessera/serving-keys', {
      name: 'limited',
      projectIds: [projectId],
      limits: { requestsPerMinute: 1 },
    });
    if (made.status !== 201) throw new Error(`no key: ${made.status} ${JSON.stringify(made.body)}`);
    return made.body.key;
  }

  private callOverLimit(name: string, project: string, key: string): Promise<void> {
    return this.repeat(200, async () => {
      const url = `${this.platform.connection.gateway}/${project}/${name}/`;
      await (await fetch(url, { headers: { 'x-api-key': key } })).arrayBuffer();
    });
  }

  /** Asks for measurements, and for a workload that does not exist, which the API refuses. */
  private measure(id: string): Promise<void> {
    return this.repeat(1_000, async () => {
      const start = new Date(Date.now() - 60_000).toISOString();
      const asked = new URLSearchParams({ metricType: 'THROUGHPUT', start, end: new Date().toISOString() });
      await this.client.call('GET', `${INFERENCES}/${id}/metrics?${asked.toString()}`);
      await this.client.call('GET', `${INFERENCES}/${CLUSTER}`);
    });
  }

  /** A record that is no event ends among the dead letters. */
  private async setAside(): Promise<void> {
    const log = createPostgresLog({
      url: this.platform.connection.databaseUrl,
      applicationName: 'board-fixture',
      partitions: 1,
      logger: silentLogger,
    });
    try {
      const topic = commandsTopic('tessera', CLUSTER).name;
      await log.publish([{ topic, key: 'broken', headers: {}, value: '{' }]);
    } finally {
      await log.close();
    }
  }

  private async repeat(restMs: number, work: () => Promise<void>): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await work().catch(() => undefined);
      await pause(restMs, signal);
    }
  }
}
