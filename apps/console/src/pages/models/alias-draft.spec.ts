import fc from 'fast-check';
import {
  anotherPlace,
  creationOf,
  draftOf,
  draftParts,
  inHundredths,
  moved,
  newDraft,
  routesOf,
  sumOf,
  type Alias,
  type DraftPlace,
} from './alias-draft';

const target = (weight: string, key = 0): DraftPlace => ({
  ...{ key, projectId: '', workload: `w${key}`, model: '', weight },
});
const targets = (...weights: readonly string[]): DraftPlace[] => weights.map(target);
const weights = (rows: readonly DraftPlace[]): string[] => rows.map(({ weight }) => weight);

describe('the weights of an alias', () => {
  it.each([
    [
      ['95', '5'],
      [0.95, 0.05],
    ],
    [
      ['2', '1', '1'],
      [0.5, 0.25, 0.25],
    ],
    [
      ['0', '0'],
      [0, 0],
    ],
    [
      ['', 'x', '3'],
      [0, 0, 1],
    ],
    [
      ['-5', '5'],
      [0, 1],
    ],
  ])('%j are parts of the requests: %j', (given, parts) => {
    expect(draftParts(targets(...given))).toEqual(parts);
  });

  it.each([
    [
      ['2', '1', '1'],
      ['50', '25', '25'],
    ],
    [
      ['1', '1', '1'],
      ['34', '33', '33'],
    ],
    [
      ['90', '30'],
      ['75', '25'],
    ],
    [
      ['0', '0'],
      ['0', '0'],
    ],
  ])('%j are scaled to %j', (given, scaled) => {
    expect(weights(inHundredths(targets(...given)))).toEqual(scaled);
  });

  it('add up to 100 once they are scaled, each within one of its part', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 20 }), (given) => {
        fc.pre(given.some((weight) => weight > 0));
        const rows = targets(...given.map(String));
        const scaled = inHundredths(rows);
        expect(sumOf(scaled)).toBe(100);
        const parts = draftParts(rows);
        for (const [at, { weight }] of scaled.entries())
          expect(Math.abs(Number(weight) - (parts[at] ?? 0) * 100)).toBeLessThan(1);
      }),
    );
  });
});

describe('the order of fallbacks', () => {
  it.each([
    [0, 1, 'bac'],
    [2, -1, 'acb'],
    [0, -1, 'abc'],
    [2, 1, 'abc'],
  ])('after the row at %i moved by %i is %s', (from, by, order) => {
    expect(moved(['a', 'b', 'c'], from, by).join('')).toBe(order);
  });
});

describe('the request of an alias', () => {
  const ALIAS = {
    ...{ id: '1', name: 'assistant', createdAt: '', createdBy: '', updatedAt: '', updatedBy: '' },
    targets: [
      { projectId: '1', workload: 'chat', weight: 95 },
      { projectId: '1', workload: 'chat-v2', weight: 5, model: 'llama' },
    ],
    fallbacks: [{ projectId: '1', workload: 'chat' }],
  } satisfies Alias;

  it('of one project names no project of its workloads', () => {
    expect(creationOf(draftOf({ ...ALIAS, projectId: '1', waitSeconds: 10 }))).toEqual({
      name: 'assistant',
      projectId: '1',
      targets: [
        { workload: 'chat', weight: 95 },
        { workload: 'chat-v2', weight: 5, model: 'llama' },
      ],
      fallbacks: [{ workload: 'chat' }],
      waitSeconds: 10,
    });
  });

  it('of all projects names that of each', () => {
    expect(creationOf(draftOf(ALIAS))).toEqual({
      name: 'assistant',
      targets: ALIAS.targets,
      fallbacks: ALIAS.fallbacks,
    });
  });

  it('leaves what is no number to the API, which names the field', () => {
    const draft = {
      ...newDraft('1'),
      waitSeconds: 'soon',
      targets: [{ ...target('many'), workload: ' chat ' }],
    };
    expect(routesOf(draft)).toEqual({
      targets: [{ workload: 'chat', weight: 'many' }],
      fallbacks: [],
      waitSeconds: 'soon',
    });
  });

  it('begins with all requests at one workload, and none at a further one', () => {
    const draft = newDraft('1');
    expect(weights([...draft.targets, anotherPlace(draft)])).toEqual(['100', '0']);
    expect(anotherPlace(draftOf(ALIAS)).key).toBe(3);
  });
});
