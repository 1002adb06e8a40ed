import fc from 'fast-check';
import type { KubernetesObject } from '@kubernetes/client-node';
import { accepted } from '@tessera/application-reconciliation';
import { namespaceOf } from '@tessera/contracts-kubernetes';
import {
  isDnsLabel,
  isObjectName,
  nameViolations,
  specViolations,
  toIntent,
  type InferenceSpec,
} from '@tessera/domain-workload';
import { COMMAND } from '../testing/command';
import { nodeEvent } from './node-event';
import { reservationPodName } from './reservation-pod';
import type { UrlExposure } from './routes';
import { deviceMapName } from './sharing';
import { workloadObjects } from './workload-objects';

/** The longest names that the API accepts, at the highest numbers. */
const LONGEST = 'w'.repeat(63);
const PROJECT = 'p'.repeat(63 - namespaceOf('').length);
const CLAIM = `${'c'.repeat(126)}.${'d'.repeat(126)}`;
const PORT = 65_535;
const BASE = [61, 61, 61, 3].map((length) => 'b'.repeat(length)).join('.');
const SPEC: InferenceSpec = {
  image: 'model:1',
  servingPort: { container: PORT },
  ports: [
    { container: PORT, serviceType: 'ClusterIP' },
    { container: PORT, serviceType: 'LoadBalancer', external: PORT },
    { container: 1, serviceType: 'ClusterIP' },
  ],
  exposedUrls: [{ container: PORT }, { container: 1 }],
  storage: {
    pvc: [
      { path: '/a', claimInfo: { size: '1G' } },
      { path: '/b', claimName: CLAIM, existingPvc: false, claimInfo: { size: '1G' } },
    ],
    emptyDirVolume: [{ path: '/c' }],
  },
};
const EXPOSED: readonly UrlExposure[] = [
  { kind: 'ingress', base: `https://${BASE}` },
  { kind: 'gateway', base: `https://${BASE}`, parent: { name: 'gateway' } },
];

const podOf = (name: string): string => `${name}-1z141z3-999`;
function objectsOf(name: string, spec = SPEC, exposure = EXPOSED[0]): readonly KubernetesObject[] {
  const own = { name, projectName: PROJECT, namespace: namespaceOf(PROJECT) };
  const workload = accepted({ ...COMMAND, ...own, spec }, COMMAND.createdAt);
  const placement = { node: 'n'.repeat(253), kind: 'none', devices: [] } as const;
  return workloadObjects(
    { workload, intent: toIntent(spec).intent },
    { ordinal: 999, name: podOf(name), placement },
    undefined,
    exposure,
  );
}

/** The names that the objects of a workload have to themselves, with their kind. */
const namesOf = (name: string): readonly string[] => [
  ...objectsOf(name).map(({ kind, metadata }) => `${kind} ${metadata?.name}`),
  `ConfigMap ${deviceMapName(podOf(name), 'a1b2c3d4')}`,
];
const own = (name: string): readonly string[] => namesOf(name).filter((one) => !one.endsWith(CLAIM));

const LABEL_VALUE = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
/** Hosts of the rules of an Ingress, of an HTTPRoute. */
const HOSTS = /"host(?:names)?":\[?"([^"]+)"/g;
/** Names of Services: RFC 1035. */
const isServiceName = (text: string): boolean => isDnsLabel(text) && /^[a-z]/.test(text);
const workloadName = fc
  .stringMatching(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/)
  .filter((name) => nameViolations(name, false).length === 0);
/** Names that are the same but for their end. */
const alike = fc
  .tuple(fc.integer({ min: 40, max: 62 }), fc.stringMatching(/^[a-z0-9-]{0,22}[a-z0-9]$/))
  .map(([same, end]) => ('m'.repeat(same) + end).slice(0, 63))
  .filter((name) => nameViolations(name, false).length === 0);

describe('names derived from the longest names', () => {
  it('come from what the API accepts', () => {
    expect([...nameViolations(LONGEST, false), ...specViolations(SPEC)]).toEqual([]);
    expect([isDnsLabel(namespaceOf(PROJECT)), CLAIM.length, BASE.length]).toEqual([true, 253, 189]);
  });

  it.each(EXPOSED)('are valid for their kind, with labels and hosts: $kind', (exposure) => {
    fc.assert(
      fc.property(fc.oneof(workloadName, alike, fc.constant(LONGEST)), (name) => {
        const objects = objectsOf(name, SPEC, exposure);
        const named = objects.map(({ kind, metadata }) => ({ kind, name: metadata?.name ?? '' }));
        const labels = objects.flatMap(({ metadata }) => Object.values(metadata?.labels ?? {}));
        const hosts = objects.flatMap((object) =>
          [...JSON.stringify(object).matchAll(HOSTS)].map(([, host]) => host),
        );
        expect(
          named.filter(({ kind, name: text }) => !(kind === 'Service' ? isServiceName : isObjectName)(text)),
        ).toEqual([]);
        expect(labels.filter((value) => !LABEL_VALUE.test(value))).toEqual([]);
        expect(hosts).toHaveLength(2);
        expect(hosts.filter((host = '') => host.length > 253 || !host.split('.').every(isDnsLabel))).toEqual(
          [],
        );
        expect(isObjectName(deviceMapName(podOf(name), 'a1b2c3d4'))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('differ for each object of a workload, and between workloads', () => {
    fc.assert(
      fc.property(alike, alike, (one, other) => {
        fc.pre(one !== other);
        const all = [...own(one), ...own(other)];
        expect(new Set(all).size).toBe(all.length);
      }),
      { numRuns: 100 },
    );
  });

  it('are never those of a workload that is named like a name that was cut', () => {
    const taken = new Set(own(LONGEST));
    for (const object of taken) {
      const [, cut = ''] = object.split(' ');
      for (let end = cut.lastIndexOf('-'); end > 0; end = cut.lastIndexOf('-', end - 1)) {
        const name = cut.slice(0, end);
        if (name === LONGEST || nameViolations(name, false).length > 0) continue;
        expect([name, own(name).filter((one) => taken.has(one))]).toEqual([name, []]);
      }
    }
  });
});

describe('names derived from the name of a node', () => {
  const part = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
  const node = fc
    .array(part, { minLength: 1, maxLength: 12 })
    .map((parts) => parts.join('.').slice(0, 253))
    .filter(isObjectName);
  const event = {
    type: 'Normal',
    reason: 'MigDraining',
    message: 'drains',
    key: 'draining-mjk1x2c3',
  } as const;
  const derived = (name: string): readonly string[] => [
    nodeEvent({ name, uid: 'u' }, event, 0).metadata.name ?? '',
    reservationPodName({ node: name, slot: 15 }),
  ];

  it('are valid, wherever its dots are, and differ between nodes and slots', () => {
    fc.assert(
      fc.property(node, node, (one, other) => {
        fc.pre(one !== other);
        const all = [...derived(one), ...derived(other), reservationPodName({ node: one, slot: 5 })];
        expect(all.filter((name) => !isObjectName(name) || name.length > 63)).toEqual([]);
        expect(new Set(all).size).toBe(all.length);
      }),
      { numRuns: 500 },
    );
  });
});
