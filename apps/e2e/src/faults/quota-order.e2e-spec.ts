import { gpuPortion } from '@tessera/testing-builders';
import { eventually } from '@tessera/testing-services';
import { workload } from '../client';
import { FaultTest, LIMIT_MS } from './fault-test';

jest.setTimeout(240_000);

const TWO = gpuPortion(1, 2);
const ONE = gpuPortion(1);
const PROJECTS = 5;

/** Messages about a project and commands of its workloads travel on different partitions. */
describe('workloads that are created at once after their project', () => {
  let faultTest: FaultTest;
  let pool: { readonly id: number; readonly name: string };
  beforeAll(async () => {
    faultTest = await FaultTest.start();
    const { body } = await faultTest.client.call('GET', '/api/v1/node-pools');
    pool = body.nodepools.find(({ name }: { name: string }) => name === 'my-node-pool-b');
  });
  afterAll(() => faultTest.remove());

  let projects = 0;
  /** A project that deserves this many GPUs, or any number, and at once a workload of it. */
  async function create(deserved: number | undefined, compute: object): Promise<string> {
    projects += 1;
    const name = `fresh-${projects}`;
    const { clusterId, spec } = workload(name, compute);
    const resources =
      deserved === undefined ? [] : [{ nodePool: { id: String(pool.id) }, gpu: { deserved } }];
    const { status, body } = await faultTest.client.call('POST', '/api/v1/org-unit/projects', {
      ...{ name, clusterId, resources, defaultNodePools: [pool.name] },
    });
    expect(status).toBe(201);
    const created = await faultTest.client.create({ name, clusterId, projectId: body.id, spec });
    return created.workloadId as string;
  }
  /** None of them has a pod, and the condition of each names the quota. */
  async function expectKeptOut(ids: readonly string[]): Promise<void> {
    for (const id of ids)
      await eventually(async () => {
        const events = await faultTest.client.eventsOf(id);
        expect(events.map(({ reason }) => reason)).toContain('QuotaExceeded');
      }, LIMIT_MS);
    for (const id of ids) {
      expect(await faultTest.items('/api/v1/pods', id)).toEqual([]);
      const reasons = (await faultTest.client.eventsOf(id)).map(({ reason }) => reason);
      expect(reasons).not.toContain('ReplicaScheduled');
      expect(reasons).not.toContain('Scheduled');
    }
  }

  it('keep to the quota', async () => {
    const ids = await Promise.all(Array.from({ length: PROJECTS }, () => create(1, TWO)));
    await expectKeptOut(ids);
  });

  it('keep to the quota when the scheduler is killed meanwhile', async () => {
    const ids: string[] = [];
    for (let time = 0; time < PROJECTS; time += 1) {
      const pid = faultTest.platform.pidOf('scheduler');
      const creating = create(1, TWO);
      process.kill(pid, 'SIGKILL');
      ids.push(await creating);
      await eventually(() => expect(faultTest.platform.pidOf('scheduler')).not.toBe(pid), LIMIT_MS);
    }
    await expectKeptOut(ids);
  });

  it('run where the project has no quota', async () => {
    const id = await create(undefined, ONE);
    await faultTest.running(id);
    expect(await faultTest.client.phaseOf(id)).toBe('Running');
  });
});
