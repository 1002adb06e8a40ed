import type { InferenceSpec } from '../spec';
import { MAX_ANNOTATION_BYTES, MAX_EXEC_BYTES, RESERVED_ANNOTATION_BYTES } from './byte-limits';
import { specViolations } from './spec-violations';

const FREE = MAX_ANNOTATION_BYTES - RESERVED_ANNOTATION_BYTES;
const fieldsOf = (spec: InferenceSpec): readonly string[] =>
  specViolations({ image: 'i', ...spec }).map(({ field }) => field);

describe('annotations of one object', () => {
  const annotation = (name: string, value: string): InferenceSpec => ({ annotations: [{ name, value }] });

  it('count keys and values in bytes of UTF-8 and leave room for those of Tessera', () => {
    expect(fieldsOf(annotation('a', 'x'.repeat(FREE - 1)))).toEqual([]);
    expect(fieldsOf(annotation('a', 'x'.repeat(FREE)))).toEqual(['spec.annotations']);
    expect(fieldsOf(annotation('a', 'é'.repeat(FREE / 2 - 1)))).toEqual([]);
    expect(fieldsOf(annotation('a', 'é'.repeat(FREE / 2)))).toEqual(['spec.annotations']);
    expect(fieldsOf(annotation('a', '🚀'.repeat(FREE / 4)))).toEqual(['spec.annotations']);
  });

  it('name the limit in the message', () => {
    const [violation] = specViolations({ image: 'i', ...annotation('a', 'é'.repeat(140_000)) });
    expect(violation?.message).toBe(
      `280001 bytes of UTF-8 are too many for the annotations of one object; the limit is ${FREE}`,
    );
  });

  it.each<[string, InferenceSpec]>([
    [
      'spec.relatedUrls',
      {
        relatedUrls: Array.from({ length: 3000 }, (_, index) => ({
          url: `https://wandb.example/a-rather-long-address-of-a-run/${index}`,
          type: 'wandb',
          name: 'é'.repeat(20),
        })),
      },
    ],
    ['spec.servingPort', { servingPort: { container: 80, authorizedUsers: ['é'.repeat(FREE / 2)] } }],
    ['spec.storage', { storage: { emptyDirVolume: [{ path: '/a', name: 'x'.repeat(FREE) }] } }],
    ['spec.category', { category: 'x'.repeat(FREE + 1) }],
    ['spec.ports[0]', { ports: [{ container: 1, serviceType: 'ClusterIP', name: 'é'.repeat(FREE / 2) }] }],
    ['spec.exposedUrls[0]', { exposedUrls: [{ container: 1, authorizedUsers: ['u'.repeat(FREE)] }] }],
  ])('are limited on every object: %s', (field, spec) => {
    expect(fieldsOf(spec)).toContain(field);
  });
});

describe('arguments and variables', () => {
  const most = MAX_EXEC_BYTES - 1;
  const variables = (...list: readonly (readonly [string, string])[]): InferenceSpec => ({
    environmentVariables: list.map(([name, value]) => ({ name, value })),
  });

  it('are at most as long as Linux starts a program with, the zero behind them included', () => {
    expect(fieldsOf(variables(['A', 'x'.repeat(most - 2)]))).toEqual([]);
    expect(fieldsOf(variables(['A', 'x'.repeat(most - 1)]))).toEqual(['spec.environmentVariables[0].value']);
    expect(fieldsOf(variables(['A', 'é'.repeat(most / 2)]))).toEqual(['spec.environmentVariables[0].value']);
    expect(fieldsOf(variables(['AA', '🚀'.repeat(32_767)]))).toEqual([]);
    expect(fieldsOf(variables(['AAAA', '🚀'.repeat(32_767)]))).toEqual([
      'spec.environmentVariables[0].value',
    ]);
    for (const field of ['args', 'command'] as const) {
      expect(fieldsOf({ [field]: `a ${'x'.repeat(most)}` })).toEqual([]);
      expect(fieldsOf({ [field]: `a ${'x'.repeat(most + 1)}` })).toEqual([`spec.${field}`]);
      expect(fieldsOf({ [field]: `a "${'é'.repeat(most / 2)}  "` })).toEqual([`spec.${field}`]);
    }
  });

  it('count as long as the annotation of the pod that they repeat', () => {
    const repeating = (size: number): InferenceSpec => ({
      annotations: [{ name: 'note', value: 'x'.repeat(size) }],
      environmentVariables: [{ name: 'A', podFieldRef: { path: "metadata.annotations['note']" } }],
    });
    expect(fieldsOf(repeating(most - 2))).toEqual([]);
    expect(fieldsOf(repeating(most - 1))).toEqual(['spec.environmentVariables[0].podFieldRef.path']);
  });

  it('together fit beside each other', () => {
    const list = Array.from({ length: 9 }, (_, index) => [`A${index}`, 'x'.repeat(130_000)] as const);
    expect(fieldsOf(variables(...list))).toEqual(['spec.environmentVariables']);
    expect(fieldsOf(variables(...list.slice(1)))).toEqual([]);
  });

  it('count with the variables that kubelet puts into them', () => {
    const half = 'x'.repeat(most / 2 - 4);
    expect(fieldsOf(variables(['A', half], ['B', '$(A)$(A)']))).toEqual([]);
    expect(fieldsOf(variables(['A', half], ['B', '$(A)$(A)$(A)']))).toEqual([
      'spec.environmentVariables[1].value',
    ]);
    expect(fieldsOf({ ...variables(['A', half]), args: '--x=$(A)$(A)$(A)' })).toEqual(['spec.args']);
  });

  it('that double each other are refused before they fill the memory of a node', () => {
    const doubling = Array.from(
      { length: 30 },
      (_, index) => [`A${index}`, index === 0 ? 'lol' : `$(A${index - 1})$(A${index - 1})`] as const,
    );
    expect(fieldsOf(variables(...doubling))).toContain('spec.environmentVariables[29].value');
  });

  it('from elsewhere count for some size where they are repeated', () => {
    for (const source of [
      { secret: { name: 's', key: 'k' }, value: '' },
      { configMap: { name: 'c', key: 'k' } },
    ])
      expect(
        fieldsOf({
          environmentVariables: [
            { name: 'S', ...source },
            { name: 'B', value: '$(S)'.repeat(10_000) },
          ],
        }),
      ).toContain('spec.environmentVariables[1].value');
  });

  it('keep what kubelet keeps: escaped and unknown names', () => {
    const long = 'x'.repeat(100_000);
    expect(fieldsOf(variables(['A', long], ['B', '$$(A)$$(A)$(C)$(A $']))).toEqual([]);
    expect(fieldsOf(variables(['B', '$(A)$(A)'], ['A', long]))).toEqual([]);
  });
});
