import { silentLogger } from '@tessera/platform-logging';
import { eventually } from '@tessera/testing-services/eventually';
import { PodReplicas } from '../pods/pod-replicas';
import type { ReplicaChange, ReplicaSource, WorkloadChange } from '../routing/replica';
import { ManualReplicaSource, replica } from './gateway-fixture';
import { namespace, objectsApi, owner, pod, type Kind, type Named } from './objects-api';

/** The port under test: its cluster has one workload `chat` of project `p1`, once that is put. */
interface ReplicaSourceUnderTest {
  readonly source: ReplicaSource;
  /** Adds the workload, or changes how many requests one replica takes at once. */
  putWorkload(concurrencyHardLimit: number): void;
  removeWorkload(): void;
  /** Adds the one replica of the workload, or changes it. */
  putReplica(address: string, ready: boolean): void;
  removeReplica(): void;
  /** Resolves once a started source sees every further change. */
  follows(): Promise<void>;
  close(): Promise<void>;
}

const FIRST = '10.0.0.1:8000';
const SECOND = '10.0.0.2:8000';

const workloadOf = ({ type, known }: WorkloadChange) =>
  [type, known.project, known.workload, known.concurrencyHardLimit] as const;
const replicaOf = ({ type, replica }: ReplicaChange) => [type, replica.address, replica.ready] as const;
type Seen = readonly unknown[];

/** Contract suite of {@link ReplicaSource}; run by the one that reads pods and by the one of the specifications. */
function replicaSourceContract(open: () => Promise<ReplicaSourceUnderTest>): void {
  let t: ReplicaSourceUnderTest;
  let workloads: Seen[] = [];
  let replicas: Seen[] = [];
  beforeEach(async () => {
    t = await open();
    [workloads, replicas] = [[], []];
  });
  afterEach(() => t.close());

  const start = async (): Promise<void> => {
    await t.source.start({
      workload: (change) => workloads.push(workloadOf(change)),
      replica: (change) => replicas.push(replicaOf(change)),
    });
    await t.follows();
  };
  const expectReported = (wanted: readonly Seen[]): Promise<void> =>
    eventually(() => expect(replicas).toEqual(wanted));

  it('is ready once it has started, and has reported by then what exists', async () => {
    t.putWorkload(4);
    t.putReplica(FIRST, true);
    expect(t.source.notReady()).toEqual(expect.any(String));
    await start();
    expect(t.source.notReady()).toBeUndefined();
    expect(workloads).toEqual([['present', 'p1', 'chat', 4]]);
    expect(replicas).toEqual([['present', FIRST, true]]);
  });

  it('reports workloads that come, change and go, with or without replicas', async () => {
    await start();
    t.putWorkload(4);
    await eventually(() => expect(workloads).toEqual([['present', 'p1', 'chat', 4]]));
    t.putWorkload(5);
    await eventually(() => expect(workloads[1]).toEqual(['present', 'p1', 'chat', 5]));
    t.removeWorkload();
    await eventually(() => expect(workloads.slice(2)).toEqual([['gone', 'p1', 'chat', 5]]));
    expect(replicas).toEqual([]);
  });

  it('reports replicas that come, change and go, as they were last', async () => {
    t.putWorkload(4);
    await start();
    t.putReplica(FIRST, false);
    await expectReported([['present', FIRST, false]]);
    t.putReplica(FIRST, true);
    await expectReported([
      ['present', FIRST, false],
      ['present', FIRST, true],
    ]);
    t.removeReplica();
    await expectReported([
      ['present', FIRST, false],
      ['present', FIRST, true],
      ['gone', FIRST, true],
    ]);
  });

  it('reports a replica at another address as gone before it reports where it is', async () => {
    t.putWorkload(4);
    t.putReplica(FIRST, true);
    await start();
    t.putReplica(SECOND, true);
    await expectReported([
      ['present', FIRST, true],
      ['gone', FIRST, true],
      ['present', SECOND, true],
    ]);
  });

  it('reports nothing of a replica that goes and was never there', async () => {
    t.putWorkload(4);
    await start();
    t.removeReplica();
    t.putReplica(FIRST, true);
    await expectReported([['present', FIRST, true]]);
  });

  it('reports nothing after it was stopped', async () => {
    t.putWorkload(4);
    await start();
    await t.source.stop();
    t.putReplica(FIRST, true);
    t.removeWorkload();
    expect([replicas, workloads]).toEqual([[], [['present', 'p1', 'chat', 4]]]);
  });
}

describe('replicas that are set by hand', () => {
  replicaSourceContract(async () => {
    const source = new ManualReplicaSource();
    return {
      source,
      putWorkload: (concurrencyHardLimit) => source.setWorkload({ concurrencyHardLimit }),
      removeWorkload: () => source.setWorkload({}, 'gone'),
      putReplica: (address, ready) => source.report('present', replica('chat-0', { address, ready })),
      removeReplica: () => source.report('gone', replica('chat-0')),
      follows: async () => undefined,
      close: async () => undefined,
    };
  });
});

describe('replicas of pods', () => {
  replicaSourceContract(async () => {
    const objects: Record<Kind, Named[]> = { namespaces: [namespace('a', 'p1')], configmaps: [], pods: [] };
    const api = await objectsApi(objects);
    const source = new PodReplicas(api.connection, silentLogger, { simulatedPods: false, namespaces: [] });
    const put = (kind: Kind, object: Named): void => {
      const type = objects[kind].length === 0 ? 'ADDED' : 'MODIFIED';
      objects[kind] = [object];
      api.send(`/api/v1/${kind}`, type, object);
    };
    const remove = (kind: Kind): void => {
      const [object] = objects[kind];
      objects[kind] = [];
      if (object !== undefined) api.send(`/api/v1/${kind}`, 'DELETED', object);
    };
    return {
      source,
      putWorkload: (limit) => put('configmaps', owner('a', 'p1', String(limit))),
      removeWorkload: () => remove('configmaps'),
      putReplica: (address, ready) => put('pods', pod('a', 'p1', address.split(':')[0], ready)),
      removeReplica: () => remove('pods'),
      follows: () => eventually(() => expect(api.watched()).toHaveLength(3)),
      close: () => api.close(source.stop()),
    };
  });
});
