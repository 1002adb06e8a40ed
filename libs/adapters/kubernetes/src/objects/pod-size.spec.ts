import { accepted } from '@tessera/application-reconciliation';
import { specViolations, toIntent, type InferenceSpec } from '@tessera/domain-workload';
import { replicaPod } from './pod';
import { PLAIN_SHARING } from './sharing';
import { COMMAND } from '../testing/command';

/** What etcd takes as one object (its request limit). */
const MOST_BYTES = 1.5 * 1024 * 1024;
/** What a record of the event log takes, and with it the command that brings a spec to the scheduler. */
const MOST_SPEC_BYTES = 1_048_576;

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_unused, index) => make(index));
const fill = (length: number, index: number): string => `/${index}/`.padEnd(length, 'x');

const LARGE: readonly (readonly [what: string, spec: InferenceSpec])[] = [
  [
    'variables',
    { environmentVariables: times(1000, (index) => ({ name: `V${index}`, value: 'x'.repeat(950) })) },
  ],
  ['short variables', { environmentVariables: times(1000, (index) => ({ name: `V${index}`, value: 'x' })) }],
  [
    'repositories',
    {
      storage: {
        git: times(100, (index) => ({
          repository: `https://git${fill(8000, index)}`,
          branch: 'b'.repeat(1000),
          path: fill(1000, index),
        })),
      },
    },
  ],
  [
    'volumes of every kind',
    {
      storage: {
        emptyDirVolume: times(100, (index) => ({ path: fill(1350, index) })),
        nfs: times(100, (index) => ({
          path: fill(1350, index),
          server: 'nfs',
          mountPath: `/n${fill(1350, index)}`,
        })),
        hostPath: times(100, (index) => ({ path: fill(1350, index), mountPath: `/h${fill(1350, index)}` })),
        configMapVolume: times(100, (index) => ({
          configMap: 'c'.repeat(250),
          mountPath: `/c${fill(1350, index)}`,
        })),
        secretVolume: times(100, (index) => ({
          secret: 'c'.repeat(250),
          mountPath: `/s${fill(1350, index)}`,
        })),
      },
    },
  ],
  [
    'affinities, tolerations and labels',
    {
      labels: times(500, (index) => ({ name: `${'l'.repeat(240)}.example/${index}`, value: 'v'.repeat(63) })),
      tolerations: times(100, (index) => ({
        operator: 'Exists',
        key: `${'k'.repeat(240)}/${index}`,
        effect: 'NoSchedule',
      })),
      nodeAffinityRequired: {
        nodeSelectorTerms: times(50, () => ({
          matchExpressions: times(50, (index) => ({
            key: `k${index}`,
            operator: 'In' as const,
            values: times(4, () => 'v'.repeat(60)),
          })),
        })),
      },
    },
  ],
];

describe('the pod of a spec that is as large as the log takes', () => {
  it.each(LARGE)('of %s is one that etcd takes', (_what, large) => {
    const spec = { image: 'model:1', createHomeDir: true, workingDir: '/home/me', ...large };
    const size = Buffer.byteLength(JSON.stringify(spec));
    expect(size).toBeLessThan(MOST_SPEC_BYTES);
    expect(specViolations(spec)).toEqual([]);
    const workload = accepted({ ...COMMAND, spec }, COMMAND.createdAt);
    const replica = {
      ordinal: 0,
      name: 'chat-0',
      placement: { node: 'node-a', kind: 'none' as const, devices: [] },
    };
    const pod = replicaPod({ workload, intent: toIntent(spec).intent }, replica, PLAIN_SHARING);
    const bytes = Buffer.byteLength(JSON.stringify(pod));
    expect(bytes).toBeLessThan(MOST_BYTES);
  });
});
