import { podUsage, devicesAsked, type Usage } from './usage';
import type { PodWire } from './wire';

type Spec = PodWire['spec'];

const container = (cpu: string, more: Readonly<Record<string, string>> = {}) => ({
  name: 'c',
  resources: { requests: { cpu, ...more } },
});
const sidecar = (cpu: string) => ({ ...container(cpu), restartPolicy: 'Always' });

interface Case {
  readonly name: string;
  readonly spec: Spec;
  readonly counted: Partial<Usage>;
}

/** Amounts by the tables of KEP-753 and of k8s.io/component-helpers/resource. */
const CASES: readonly Case[] = [
  {
    name: 'the sum of its containers, in fractions of a MiB too',
    spec: { containers: [container('1', { memory: '512Ki' }), container('250m', { memory: '512Ki' })] },
    counted: { cpuMilli: 1250, memoryMiB: 1 },
  },
  {
    name: 'a limit where there is no request',
    spec: { containers: [{ name: 'c', resources: { limits: { cpu: '2', memory: '1Gi' } } }] },
    counted: { cpuMilli: 2000, memoryMiB: 1024 },
  },
  {
    name: 'the largest init container, where that is more',
    spec: { containers: [container('1')], initContainers: [container('3'), container('2')] },
    counted: { cpuMilli: 3000 },
  },
  {
    name: 'the sum of its containers, where init containers need less',
    spec: { containers: [container('1'), container('1')], initContainers: [container('1')] },
    counted: { cpuMilli: 2000 },
  },
  {
    name: 'a sidecar beside its containers',
    spec: { containers: [container('1')], initContainers: [sidecar('500m')] },
    counted: { cpuMilli: 1500 },
  },
  {
    name: 'an init container beside the sidecars that started before it, not after it',
    spec: {
      containers: [container('1')],
      initContainers: [sidecar('1'), container('3'), sidecar('500m'), container('1')],
    },
    counted: { cpuMilli: 4000 },
  },
  {
    name: 'each resource by itself',
    spec: {
      containers: [container('2', { memory: '1Gi' })],
      initContainers: [container('1', { memory: '4Gi' })],
    },
    counted: { cpuMilli: 2000, memoryMiB: 4096 },
  },
  {
    name: 'what the pod sets for all of its containers, and no other resource of it',
    spec: {
      containers: [container('1', { memory: '1Gi', 'example.com/fpga': '1' })],
      resources: { requests: { cpu: '4' }, limits: { memory: '8Gi' } },
    },
    counted: { cpuMilli: 4000, memoryMiB: 8192, extended: { 'example.com/fpga': 1 } },
  },
  {
    name: 'the overhead of its RuntimeClass',
    spec: { containers: [container('1')], overhead: { cpu: '250m', memory: '128Mi' } },
    counted: { cpuMilli: 1250, memoryMiB: 128 },
  },
  {
    name: 'extended resources of init containers and sidecars',
    spec: {
      containers: [container('0', { 'example.com/fpga': '1' })],
      initContainers: [
        { ...sidecar('0'), resources: { limits: { 'example.com/fpga': '1' } } },
        { name: 'i', resources: { limits: { 'example.com/fpga': '3' } } },
      ],
    },
    counted: { extended: { 'example.com/fpga': 4 } },
  },
];

const pod = (spec: Spec): PodWire => ({
  metadata: { name: 'p', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec,
});

describe('what a pod asks of its node', () => {
  it.each(CASES)('is $name', ({ spec, counted }) => {
    expect(podUsage(pod(spec))).toMatchObject(counted);
  });

  it('includes the devices of init containers and sidecars', () => {
    const devices = (count: string) => ({ name: 'c', resources: { limits: { 'nvidia.com/gpu': count } } });
    expect(
      [
        { containers: [devices('1')], initContainers: [devices('2')] },
        { containers: [devices('1')], initContainers: [{ ...devices('1'), restartPolicy: 'Always' }] },
      ].map((spec) => devicesAsked(pod(spec), 'nvidia.com/gpu')),
    ).toEqual([2, 2]);
  });
});
