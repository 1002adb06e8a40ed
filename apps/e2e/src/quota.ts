import { gpuPortion } from '@tessera/testing-builders';
import { eventually } from '@tessera/testing-services';
import { Client, workload } from './client';
import { namespacesIn } from './cluster';
import type { Connection } from './platform';

const MOST_OF_ONE = gpuPortion(0.6);

/** A project that asks for more than it deserves, learns of it, and goes on when it deserves more. Call it inside a `describe`. */
export function keepsToQuota(connection: () => Connection): void {
  it('keeps a project within the GPUs it deserves, reports the quota, and continues when it deserves more', async () => {
    const client = new Client(connection);
    const pools = await client.call('GET', '/api/v1/node-pools');
    const pool = pools.body.nodepools.find(({ name }: { name: string }) => name === 'my-node-pool-b');
    const deserving = (deserved: number) => [{ nodePool: { id: String(pool.id) }, gpu: { deserved } }];
    const { clusterId } = workload('thrifty', MOST_OF_ONE);
    const made = await client.call('POST', '/api/v1/org-unit/projects', {
      name: 'thrifty',
      clusterId,
      resources: deserving(1),
      defaultNodePools: [pool.name],
    });
    expect(made.status).toBe(201);
    const projectId: string = made.body.id;
    const namespace: string = made.body.requestedNamespace;
    await eventually(async () => expect(await namespacesIn(connection())).toContain(namespace));
    const create = async (name: string): Promise<string> =>
      (await client.create({ ...workload(name, MOST_OF_ONE), projectId })).workloadId;
    const isRunning = (id: string) =>
      eventually(async () => expect(await client.phaseOf(id)).toBe('Running'), 30_000);

    const first = await create('thrifty-1');
    await isRunning(first);
    const second = await create('thrifty-2');
    await eventually(async () => {
      const reasons = (await client.eventsOf(second)).map(({ reason }) => reason);
      expect(reasons).toContain('QuotaExceeded');
      expect(await client.phaseOf(second)).toBe('Pending');
    }, 10_000);
    const path = `/api/v1/org-unit/projects/${projectId}`;
    expect((await client.call('PUT', path, { resources: deserving(2) })).status).toBe(200);
    await isRunning(second);
    for (const id of [first, second]) expect(await client.remove(id)).toBe(204);
  });
}
