import type { ReplicaRequest, Verdict } from '@tessera/domain-placement';
import { ANYTHING, mayHelp, type CapacityChange, type Need } from './capacity-change';
import { WaitingList, type RefusedWorkload } from './waiting-list';

const NEED: Need = { pools: ['a'], codes: ['GpuShare'], projectId: '7', departmentId: '2' };
const IN_A = { pool: 'a' };

describe('what may help', () => {
  const table: readonly (readonly [string, CapacityChange, Partial<Need>, boolean])[] = [
    ['a share in its pool', { kinds: ['gpu'], node: IN_A }, {}, true],
    ['a share in another pool', { kinds: ['gpu'], node: { pool: 'b' } }, {}, false],
    ['a share on a node without a pool', { kinds: ['gpu'], node: {} }, {}, false],
    ['a share anywhere, for any pool', { kinds: ['gpu'], node: { pool: 'b' } }, { pools: [] }, true],
    ['CPU, where shares are missing', { kinds: ['pod'], node: IN_A }, {}, false],
    ['CPU, where CPU is missing too', { kinds: ['pod'], node: IN_A }, { codes: ['Cpu', 'GpuShare'] }, true],
    ['a place among the pods', { kinds: ['pod'], node: IN_A }, { codes: ['Pods'] }, true],
    ['a MIG instance, where a share is missing', { kinds: ['mig'], node: IN_A }, {}, false],
    ['a MIG instance', { kinds: ['mig'], node: IN_A }, { codes: ['MigPlacement'] }, true],
    ['a changed node', { kinds: ['node'], node: IN_A }, { codes: ['Taint'] }, true],
    ['a first node', { kinds: ['node'], node: IN_A }, { codes: [] }, true],
    ['quota of its project', { kinds: ['quota'], orgUnits: ['7'] }, { codes: ['Quota'] }, true],
    ['quota of its department', { kinds: ['quota'], orgUnits: ['2'] }, { codes: ['Quota'] }, true],
    ['quota of others', { kinds: ['quota'], orgUnits: ['8', '3'] }, { codes: ['Quota'] }, false],
    ['any quota', { kinds: ['quota'] }, { codes: ['Quota'] }, true],
    ['anything', ANYTHING, { codes: ['Memory'] }, true],
  ];
  it.each(table)('%s', (_title, change, need, expected) => {
    expect(mayHelp(change, { ...NEED, ...need })).toBe(expected);
  });
});

const GPU: CapacityChange = { kinds: ['gpu'] };
const CPU: CapacityChange = { kinds: ['pod'] };

function refusal(
  id: string,
  at: number,
  request: Partial<ReplicaRequest> = {},
  code = 'GpuShare',
): RefusedWorkload {
  return {
    ref: { workloadId: id } as RefusedWorkload['ref'],
    replicas: 1,
    verdict: 'no',
    createdAt: `2026-01-01T00:00:${String(at).padStart(2, '0')}Z`,
    waitingSince: at * 1_000,
    request: {
      id: '',
      workloadId: id,
      projectId: '7',
      departmentId: '2',
      gpu: { kind: 'whole', devices: 1 },
      gpuModels: [],
      cpuMilli: 100,
      memoryMiB: 100,
      extended: {},
      nodePools: [],
      nodeSelector: {},
      nodeAffinity: [],
      tolerations: [],
      ...request,
    },
    rejected: [{ code, count: 1, nodes: [], detail: '' }] as unknown as Verdict['rejected'],
  };
}

const any = (): boolean => true;

describe('the waiting list', () => {
  function waiting(...ids: readonly string[]): WaitingList {
    const list = new WaitingList();
    for (const [at, id] of ids.entries()) list.refused(id, refusal(id, at), list.seen);
    return list;
  }

  it('decides the oldest of a kind first, and nobody else if it is refused', () => {
    const list = waiting('b', 'c', 'd');
    list.refused('a', refusal('a', 0), list.seen);
    expect(list.next(any)).toEqual([]);
    list.changed(GPU);
    expect(list.next(any)).toEqual(['b']);
    expect(list.next(any)).toEqual([]);
    list.refused('b', refusal('b', 0), list.seen);
    expect(list.next(any)).toEqual([]);
  });

  it('decides twice as many as long as there is room', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const list = waiting(...ids);
    list.changed(GPU);
    expect(list.next(any)).toEqual(['a']);
    list.settled('a');
    expect(list.next(any)).toEqual(['b', 'c']);
    list.settled('b');
    list.settled('c');
    expect(list.next(any)).toEqual(['d', 'e', 'f', 'g', 'h']);
    list.settled('d');
    list.refused('e', refusal('e', 4), list.seen);
    expect(list.next(any)).toEqual([]);
    expect([...list.all()].map(({ ref }) => ref.workloadId)).toEqual(['e', 'f', 'g', 'h']);
  });

  it('decides one of each kind, whatever others of its kind wait for', () => {
    const list = waiting('a', 'b');
    list.refused('big', refusal('big', 5, { gpu: { kind: 'whole', devices: 8 } }), list.seen);
    list.refused('cpu', refusal('cpu', 6, { gpu: { kind: 'none' } }, 'Cpu'), list.seen);
    list.changed(GPU);
    expect(list.next(any)).toEqual(['a', 'big']);
    list.changed(CPU);
    expect(list.next(any)).toEqual(['cpu']);
  });

  it('decides again if something changed after the input of a decision was read', () => {
    const list = new WaitingList();
    const { seen } = list;
    list.changed(GPU);
    list.refused('a', refusal('a', 0), seen);
    expect(list.next(any)).toEqual(['a']);
    const later = list.seen;
    list.changed(CPU);
    list.refused('a', refusal('a', 0), later);
    expect(list.next(any)).toEqual([]);
    for (let change = 0; change < 300; change += 1) list.changed(CPU);
    list.refused('a', refusal('a', 0), later);
    expect(list.next(any)).toEqual(['a']);
  });

  it('passes over those that another problem blocks, and those whose decision failed', () => {
    const list = waiting('blocked', 'failing', 'c');
    list.changed(GPU);
    expect(list.next((id) => id !== 'blocked')).toEqual(['failing']);
    list.passed('failing');
    expect(list.next((id) => id !== 'blocked')).toEqual(['c']);
    list.settled('c');
    expect(list.next((id) => id !== 'blocked')).toEqual([]);
  });

  it('treats the replicas of a workload with a pod affinity as a kind of its own', () => {
    const list = new WaitingList();
    const podAffinity = { type: 'Required', topologyKey: 'rack' } as const;
    for (const [at, id] of ['a', 'b'].entries())
      list.refused(id, refusal(id, at, { podAffinity }), list.seen);
    list.changed(GPU);
    expect(list.next(any)).toEqual(['a', 'b']);
  });

  it('follows a workload whose request changed', () => {
    const list = waiting('a', 'b');
    list.refused('a', refusal('a', 0, { gpu: { kind: 'none' } }, 'Cpu'), list.seen);
    list.changed(GPU);
    expect(list.next(any)).toEqual(['b']);
    list.settled('b');
    expect(list.get('b')).toBeUndefined();
    expect(list.get('a')?.replicas).toBe(1);
  });
});

describe('those who wait', () => {
  it('report for how long, and the filter at which the best nodes failed', () => {
    const list = new WaitingList();
    const rejected = (...codes: readonly string[]) =>
      codes.map((code) => ({ code, count: 1, nodes: [], detail: '' })) as unknown as Verdict['rejected'];
    list.refused('a', { ...refusal('a', 10), rejected: rejected('NodePool', 'GpuShare') }, 0);
    list.refused('b', { ...refusal('b', 40), rejected: [] }, 0);
    list.refused('c', { ...refusal('c', 20), rejected: [], awaitsQuota: true }, 0);
    const seen = list
      .waitingAt(30_000)
      .map(({ ref, waitingMs, reason }) => [ref.workloadId, waitingMs, reason]);
    expect(seen).toEqual([
      ['a', 20_000, 'GpuShare'],
      // A clock that was set back.
      ['b', 0, undefined],
      ['c', 10_000, 'QuotaUnknown'],
    ]);
  });
});
