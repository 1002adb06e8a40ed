import { FILTER_CODES, type FilterCode, type Verdict } from '../model/model';
import { request } from '../testing';
import { messageOf, quotaMessage, sameReasons, withNote } from './verdict-message';
import { detailOf } from './verdict-text';

const REQUEST = request({
  gpu: { kind: 'mig', profile: '1g.5gb' },
  gpuModels: ['A100', 'H100'],
  extended: { 'x.io/a': 1, 'x.io/b': 1 },
  nodeType: 'fast',
  podAffinity: { type: 'Required', topologyKey: 'rack' },
  volumes: [{ claim: 'c', terms: [], usedOn: ['a', 'b'] }],
});

/** What one node and two nodes are said to be, by filter. */
const TEXTS: Readonly<Record<FilterCode, readonly [string, string]>> = {
  NodePool: ['1 is in other node pools', '2 are in other node pools'],
  NodeRepartitioning: ['1 is being repartitioned', '2 are being repartitioned'],
  NodeUnschedulable: ['1 is cordoned or not ready', '2 are cordoned or not ready'],
  NodeType: ['1 is not of type fast', '2 are not of type fast'],
  NodeSelector: ['1 lacks a label of the node selector', '2 lack a label of the node selector'],
  NodeAffinity: ['1 is outside the node affinity', '2 are outside the node affinity'],
  Taint: ['1 has an untolerated taint', '2 have an untolerated taint'],
  Volume: [
    '1 cannot mount the claim "c", which allows one node (ReadWriteOnce) and is in use on a, b',
    '2 cannot mount the claim "c", which allows one node (ReadWriteOnce) and is in use on a, b',
  ],
  PodAffinity: ['1 is outside the pod affinity by rack', '2 are outside the pod affinity by rack'],
  MigInvalid: [
    '1 has MIG instances that differ although the strategy is single',
    '2 have MIG instances that differ although the strategy is single',
  ],
  TimeSliced: [
    '1 has time-sliced devices, of which neither a whole one nor a share can be promised',
    '2 have time-sliced devices, of which neither a whole one nor a share can be promised',
  ],
  GpuMemoryUnknown: ['1 has devices whose memory is unknown', '2 have devices whose memory is unknown'],
  GpuModel: ['1 has no device of model A100 or H100', '2 have no device of model A100 or H100'],
  NodeAvoided: [
    '1 is avoided for a while because kubelet rejected such a replica there',
    '2 are avoided for a while because kubelet rejected such a replica there',
  ],
  Pods: ['1 runs as many pods as it may', '2 run as many pods as they may'],
  Cpu: ['1 lacks 1 CPU', '2 lack 1 CPU'],
  Memory: ['1 lacks 1024 MiB of memory', '2 lack 1024 MiB of memory'],
  ExtendedResource: ['1 lacks x.io/a or x.io/b', '2 lack x.io/a or x.io/b'],
  GpuDevices: [
    '1 has too few devices for a MIG instance 1g.5gb',
    '2 have too few devices for a MIG instance 1g.5gb',
  ],
  GpuShare: ['1 lacks a MIG instance 1g.5gb', '2 lack a MIG instance 1g.5gb'],
  GpuMemory: ['1 lacks a MIG instance 1g.5gb', '2 lack a MIG instance 1g.5gb'],
  MigPlacement: ['1 has no free MIG instance 1g.5gb', '2 have no free MIG instance 1g.5gb'],
  Quota: ['1 is in a pool whose quota is used up', '2 are in a pool whose quota is used up'],
};

const rejection = (code: FilterCode, count: number): Verdict['rejected'][number] => ({
  code,
  count,
  nodes: [],
  detail: detailOf(code, { ...REQUEST, cpuMilli: 1000, memoryMiB: 1024 }),
});

const message = (...parts: readonly (readonly [FilterCode, number])[]): string =>
  messageOf(
    parts.reduce((sum, [, count]) => sum + count, 0),
    parts.map(([code, count]) => rejection(code, count)),
  );

describe('the message of a verdict', () => {
  it.each(FILTER_CODES)('is a sentence for %s, alone', (code) => {
    expect([message([code, 1]), message([code, 2])]).toEqual([
      `0/1 nodes: ${TEXTS[code][0]}`,
      `0/2 nodes: ${TEXTS[code][1]}`,
    ]);
  });

  it.each(FILTER_CODES)('is a sentence for %s with every other filter', (code) => {
    for (const other of FILTER_CODES.filter((one) => one !== code))
      expect(message([code, 1], [other, 2])).toBe(`0/3 nodes: ${TEXTS[other][1]}, ${TEXTS[code][0]}`);
  });

  it.each(FILTER_CODES)('gives the same reasons with %s whatever the counts', (code) => {
    for (const other of FILTER_CODES.filter((one) => one !== code)) {
      expect(sameReasons(message([code, 1], [other, 2]), message([code, 40], [other, 3]))).toBe(true);
      expect(sameReasons(message([code, 1], [other, 2]), message([code, 3]))).toBe(false);
    }
  });

  it('gives other reasons for another request, and for no nodes', () => {
    expect(sameReasons('0/1 nodes: 1 lacks 1 CPU', '0/1 nodes: 1 lacks 2 CPU')).toBe(false);
    expect(sameReasons('0/1 nodes: 1 lacks 1 CPU', messageOf(0, []))).toBe(false);
    expect(sameReasons('no verdict at all', 'another text')).toBe(false);
  });

  it('has a further sentence, which counts as a reason', () => {
    const verdict = {
      nodes: 2,
      suggestions: [],
      rejected: [],
      message: '0/2 nodes: 1 lacks 1 CPU, 1 is in other node pools',
    };
    const [one, two] = ['Node a is kept for it', 'Node b is kept for it'].map(
      (note) => withNote(verdict, note).message,
    );
    expect(one).toBe('0/2 nodes: 1 lacks 1 CPU, 1 is in other node pools. Node a is kept for it');
    expect(
      sameReasons(
        one ?? '',
        (one ?? '')
          .replace('1 lacks 1 CPU, 1 is in', '4 are in other node pools, 3 lack 1 CPU')
          .replace(' other node pools. Node', '. Node'),
      ),
    ).toBe(true);
    expect([sameReasons(one ?? '', two ?? ''), sameReasons(one ?? '', verdict.message)]).toEqual([
      false,
      false,
    ]);
  });

  it('names the quota that is used up', () => {
    const nearestMiss = 'node a: project 7 uses 1 of 1 GPU in pool default, 0.5 more asked';
    const verdict = { nodes: 3, suggestions: [], message: '' };
    expect(quotaMessage({ ...verdict, rejected: [rejection('Quota', 1)], nearestMiss })).toBe(
      '1 node is in a pool whose quota is used up: project 7 uses 1 of 1 GPU in pool default, 0.5 more asked',
    );
    expect(quotaMessage({ ...verdict, rejected: [rejection('Quota', 2)] })).toBe(
      '2 nodes are in a pool whose quota is used up',
    );
    expect(quotaMessage({ ...verdict, rejected: [rejection('Cpu', 2)] })).toBeUndefined();
  });
});
