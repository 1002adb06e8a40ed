import type { Pod, PodSpec } from '@tessera/simulation-kubernetes-api/wire';
import { rejection } from './admission';

const ALLOCATABLE = { cpu: '4', memory: '8Gi', pods: '3', 'nvidia.com/gpu': '1' };

let pods = 0;
const pod = (spec: Partial<PodSpec>, phase: 'Running' | 'Failed' = 'Running'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', uid: `uid-${(pods += 1)}` },
  spec: { containers: [{ name: 'c' }], ...spec },
  status: { phase },
});
const asking = (requests: Record<string, string>) => ({
  containers: [{ name: 'c', resources: { requests } }],
});

const rejected = (candidate: Pod, ...admitted: readonly Pod[]) =>
  rejection(candidate, { name: 'a', admitted, allocatable: ALLOCATABLE })?.reason;

describe('the admission check of a simulated kubelet', () => {
  it.each<readonly [string, readonly Pod[], Pod, string | undefined]>([
    ['as many pods as the node may run', [pod({}), pod({}), pod({})], pod({}), 'OutOfpods'],
    ['pods that ended', [pod({}), pod({}), pod({}, 'Failed')], pod({}), undefined],
    ['the CPU of containers', [pod(asking({ cpu: '3' }))], pod(asking({ cpu: '2' })), 'OutOfcpu'],
    [
      'init containers',
      [pod({ initContainers: [{ name: 'i', resources: { requests: { cpu: '4' } } }] })],
      pod(asking({ cpu: '1' })),
      'OutOfcpu',
    ],
    [
      'sidecars beside containers',
      [
        pod({
          ...asking({ memory: '4Gi' }),
          initContainers: [{ name: 's', restartPolicy: 'Always', resources: { limits: { memory: '3Gi' } } }],
        }),
      ],
      pod(asking({ memory: '2Gi' })),
      'OutOfmemory',
    ],
    ['the overhead of pods', [pod({ overhead: { cpu: '3500m' } })], pod(asking({ cpu: '1' })), 'OutOfcpu'],
    [
      'what pods set for all of their containers',
      [pod({ resources: { requests: { cpu: '3500m' } } })],
      pod(asking({ cpu: '1' })),
      'OutOfcpu',
    ],
    [
      'devices',
      [pod(asking({ 'nvidia.com/gpu': '1' }))],
      pod(asking({ 'nvidia.com/gpu': '1' })),
      'OutOfnvidia.com/gpu',
    ],
  ])('counts %s', (_what, admitted, candidate, reason) => {
    expect(rejected(candidate, ...admitted)).toBe(reason);
  });

  it('rejects a pod that asks for it, on the nodes that it names', () => {
    const env = [
      { name: 'SIM_REJECT', value: 'UnexpectedAdmissionError' },
      { name: 'SIM_REJECT_NODES', value: 'b,a' },
    ];
    const unwanted = pod({ containers: [{ name: 'c', env }] });
    expect(rejected(unwanted)).toBe('UnexpectedAdmissionError');
    expect(rejection(unwanted, { name: 'c', admitted: [], allocatable: {} })).toBeUndefined();
  });
});
