import { accepted } from '@tessera/application-reconciliation';
import { toIntent } from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';
import { gpuPortion, migInstance } from '@tessera/testing-builders';
import { replicaPod } from './pod';
import { PLAIN_SHARING } from './sharing';
import { COMMAND } from '../testing/command';

interface Case {
  readonly name: string;
  readonly compute: Readonly<Record<string, unknown>>;
  readonly kind: 'whole' | 'mig' | 'portion';
  readonly mig?: { readonly profile: string; readonly start: number; readonly strategy?: 'single' };
  readonly limits: Readonly<Record<string, string>>;
}

const CASES: readonly Case[] = [
  {
    name: 'whole devices',
    compute: { gpuDevicesRequest: 2 },
    kind: 'whole',
    limits: { 'nvidia.com/gpu': '2' },
  },
  {
    name: 'a portion of 1, which is a whole device',
    compute: gpuPortion(1),
    kind: 'whole',
    limits: { 'nvidia.com/gpu': '1' },
  },
  {
    name: 'a MIG instance',
    compute: migInstance('1g.10gb'),
    kind: 'mig',
    mig: { profile: '1g.10gb', start: 0 },
    limits: { 'nvidia.com/mig-1g.10gb': '1' },
  },
  {
    name: 'a MIG instance with media engines, whose plus sign no resource name may have',
    compute: migInstance('1g.10gb+me'),
    kind: 'mig',
    mig: { profile: '1g.10gb+me', start: 0 },
    limits: { 'nvidia.com/mig-1g.10gb.me': '1' },
  },
  {
    name: 'a MIG instance of a node of the strategy single',
    compute: migInstance('1g.10gb'),
    kind: 'mig',
    mig: { profile: '1g.10gb', start: 0, strategy: 'single' },
    limits: { 'nvidia.com/gpu': '1' },
  },
  {
    name: 'a portion, whose device a reservation pod has',
    compute: gpuPortion(0.5),
    kind: 'portion',
    limits: {},
  },
];

describe('GPU limits of the container', () => {
  it.each(CASES)('for $name', ({ compute, kind, mig, limits }) => {
    const spec = { image: 'model:1', compute };
    const command = { ...COMMAND, spec };
    const target = { workload: accepted(command, command.createdAt), intent: toIntent(spec).intent };
    const device = { slot: 0, milliGpu: 500, memoryMiB: 1, ...maybe('mig', mig) };
    const placement = { node: 'a', kind, devices: [device] };
    const pod = replicaPod(target, { ordinal: 0, name: 'chat-0', placement }, PLAIN_SHARING);
    const { resources } = pod.spec?.containers[0] ?? {};
    expect(resources?.limits).toEqual(limits);
    expect(resources?.requests).toMatchObject(limits);
  });
});
