import { podUsage } from '../api/usage';
import { admittedSpec, requestDefaults, type LimitRangeWire } from './admission';

const metadata = { name: 'bounds', namespace: 'ours', uid: 'u', resourceVersion: '1' };
type Limits = NonNullable<NonNullable<LimitRangeWire['spec']>['limits']>;
const range = (limits: Limits): LimitRangeWire => ({ metadata, spec: { limits } });

describe('the requests that a LimitRange gives', () => {
  it.each<readonly [string, Limits, object]>([
    ['the default request', [{ type: 'Container', defaultRequest: { cpu: '500m' } }], { cpu: '500m' }],
    ['else the default limit', [{ type: 'Container', default: { memory: '1Gi' } }], { memory: '1Gi' }],
    [
      'the default request before the default limit',
      [{ type: 'Container', default: { cpu: '2' }, defaultRequest: { cpu: '1' } }],
      { cpu: '1' },
    ],
    ['nothing for pods as a whole', [{ type: 'Pod', default: { cpu: '2' } }], {}],
    [
      'the largest of several',
      [
        { type: 'Container', defaultRequest: { cpu: '1500m' } },
        { type: 'Container', defaultRequest: { cpu: '1' } },
      ],
      { cpu: '1500m' },
    ],
  ])('are %s', (_what, limits, expected) => {
    expect(requestDefaults(range(limits))).toEqual(expected);
  });
});

describe('a pod once it is admitted', () => {
  const defaults = { cpu: '500m', memory: '256Mi' };
  const usage = (containers: object[], more: object = {}, overhead?: Record<string, string>) =>
    podUsage({ spec: admittedSpec({ containers, ...more } as never, defaults, overhead) });

  it('asks by default for each container', () => {
    expect(usage([{}, {}])).toEqual({ cpuMilli: 1_000, memoryMiB: 512, extended: {} });
  });

  it('keeps what it sets, a limit before a default request', () => {
    const resources = { requests: { cpu: '2' }, limits: { memory: '4Gi' } };
    expect(usage([{ resources }])).toEqual({ cpuMilli: 2_000, memoryMiB: 4_096, extended: {} });
  });

  it('asks for the largest init container, and for its overhead', () => {
    const init = { initContainers: [{ resources: { requests: { cpu: '100m' } } }, {}] };
    const overhead = { cpu: '250m', memory: '120Mi' };
    const resources = { requests: { cpu: '50m', memory: '64Mi' } };
    expect(usage([{ resources }], init, overhead)).toEqual({ cpuMilli: 750, memoryMiB: 376, extended: {} });
  });
});
