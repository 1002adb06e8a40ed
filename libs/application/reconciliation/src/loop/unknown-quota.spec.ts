import type { OrgUnitVersions } from '@tessera/contracts-events';
import { maybe } from '@tessera/kernel';
import { applyCommand, gpuNode } from '@tessera/testing-builders';
import { acceptApply } from '../commands/accept';
import type { KnownQuota } from '../ports';
import { FakeCluster, reconcileUntilIdle } from '../testing/fakes';
import { fakeSchedulers } from '../testing/scheduler';

const CREATED: OrgUnitVersions = { project: 1, department: 4 };

/** A scheduler with eight GPUs, and what it knows of projects and departments. */
function setUp() {
  let quota: KnownQuota = { rules: [], versions: new Map() };
  let whileReading: () => void = () => undefined;
  const schedulers = fakeSchedulers(() => new FakeCluster([gpuNode('node-a', 8)]), {
    orgUnits: {
      quota: async () => {
        const read = quota;
        await Promise.resolve();
        whileReading();
        return read;
      },
    },
  });
  const { workloads, cluster, reporter, create, iso } = schedulers;
  let reconciler = create();
  const command = applyCommand(1, 1);
  const id = command.workloadId;
  const learn = (versions: Partial<OrgUnitVersions>, deservedMilliGpu?: number): void => {
    const { projectId, departmentId } = command;
    quota = {
      rules:
        deservedMilliGpu === undefined
          ? []
          : [{ scope: 'project', id: projectId, pool: 'default', deservedMilliGpu }],
      versions: new Map([
        ...quota.versions,
        ...(versions.project === undefined ? [] : [[`project ${projectId}`, versions.project] as const]),
        ...(versions.department === undefined
          ? []
          : [[`department ${departmentId}`, versions.department] as const]),
      ]),
    };
    reconciler.orgUnitsChanged();
  };
  return {
    command,
    learn,
    duringRead: (work: () => void) => (whileReading = work),
    restart: () => (reconciler = create()),
    resync: async () => {
      await reconciler.resync();
      await reconcileUntilIdle(reconciler);
    },
    apply: async (orgUnitVersions: OrgUnitVersions | undefined, change: object = {}) => {
      const { orgUnitVersions: _none, ...rest } = command;
      const given = { ...rest, ...change, ...maybe('orgUnitVersions', orgUnitVersions) };
      await workloads.change(id, acceptApply(given, iso(), reporter));
      reconciler.enqueueUrgent(id);
      await reconcileUntilIdle(reconciler);
    },
    settle: () => reconcileUntilIdle(reconciler),
    replicas: () => cluster.replicasOf(id).length,
    awaiting: () => reconciler.awaitingQuotaCount,
    /** Why it waits, as the API shows it. */
    reason: async () => {
      const [workload] = await workloads.load([id]);
      return workload?.state.conditions.find(({ type }) => type === 'PodScheduled')?.message;
    },
  };
}

describe('a workload whose quota the scheduler does not know yet', () => {
  it('waits and reports it, then runs within the quota', async () => {
    const { apply, learn, settle, replicas, reason, awaiting } = setUp();
    await apply(CREATED);
    expect([replicas(), awaiting()]).toEqual([0, 1]);
    expect(await reason()).toMatch(
      /^the scheduler does not know the quota of project \S+ and department \S+ yet$/,
    );
    learn({ department: 4 });
    await settle();
    expect(await reason()).toMatch(/^the scheduler does not know the quota of project \S+ yet$/);
    learn({ project: 1 }, 1000);
    await settle();
    expect([replicas(), awaiting()]).toEqual([1, 0]);
  });

  it('does not run where it is above the quota', async () => {
    const { apply, learn, settle, replicas } = setUp();
    await apply(CREATED);
    learn(CREATED, 500);
    await settle();
    expect(replicas()).toBe(0);
  });

  it('runs as soon as it is known that there is no quota', async () => {
    const { apply, learn, settle, replicas } = setUp();
    await apply(CREATED);
    learn(CREATED);
    await settle();
    expect(replicas()).toBe(1);
  });

  it('waits under the next scheduler too, and runs once that one knows', async () => {
    const { apply, learn, restart, resync, settle, replicas } = setUp();
    await apply(CREATED);
    restart();
    await resync();
    expect(replicas()).toBe(0);
    learn(CREATED);
    await settle();
    expect(replicas()).toBe(1);
  });

  it('waits for the newer version of a quota that was changed before it was created', async () => {
    const { apply, learn, settle, replicas } = setUp();
    learn(CREATED, 8000);
    await apply({ ...CREATED, project: 2 });
    expect(replicas()).toBe(0);
    learn({ project: 3 }, 500);
    await settle();
    expect(replicas()).toBe(0);
    learn({ project: 4 }, 1000);
    await settle();
    expect(replicas()).toBe(1);
  });

  it('misses nothing that comes while the quota is read', async () => {
    const { apply, learn, duringRead, replicas } = setUp();
    let once = true;
    duringRead(() => {
      if (once) learn(CREATED);
      once = false;
    });
    await apply(CREATED);
    expect(replicas()).toBe(1);
  });

  it('runs at once without a GPU, which no quota limits', async () => {
    const { apply, replicas } = setUp();
    await apply(CREATED, { spec: { image: 'model', compute: { cpuCoreRequest: 0.1 } } });
    expect(replicas()).toBe(1);
  });

  it.each([
    ['was accepted before commands named versions', undefined],
    ['belongs to a project that its cluster has received no message about', { project: 0, department: 0 }],
  ])('runs at once if it %s', async (_what, versions) => {
    const { apply, replicas } = setUp();
    await apply(versions);
    expect(replicas()).toBe(1);
  });

  it('keeps what runs when a newer quota is not known yet', async () => {
    const { apply, learn, settle, replicas, command } = setUp();
    learn(CREATED);
    await apply(CREATED);
    expect(replicas()).toBe(1);
    await apply({ ...CREATED, project: 2 }, { generation: 2, spec: command.spec });
    await settle();
    expect(replicas()).toBe(1);
  });
});
