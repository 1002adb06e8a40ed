import fc from 'fast-check';
import { differencesOf, patchOf } from './changes';

const BEFORE = { image: 'a', autoscaling: { minReplicas: 1, maxReplicas: 2 }, nodePools: ['x'], args: '-v' };

describe('a change of a spec', () => {
  it('has only the fields that differ; null removes one', () => {
    const after = { image: 'a', autoscaling: { maxReplicas: 5, minReplicas: 1 }, nodePools: ['x', 'y'] };
    expect(patchOf(BEFORE, after)).toEqual({
      autoscaling: { maxReplicas: 5 },
      nodePools: ['x', 'y'],
      args: null,
    });
    expect(differencesOf(BEFORE, after)).toEqual([
      { path: 'autoscaling.maxReplicas', before: 2, after: 5 },
      { path: 'nodePools', before: ['x'], after: ['x', 'y'] },
      { path: 'args', before: '-v', after: undefined },
    ]);
  });

  it('names what a new object has, field by field', () => {
    expect(differencesOf({}, { compute: { migProfile: '1g.5gb' } })).toEqual([
      { path: 'compute.migProfile', before: undefined, after: '1g.5gb' },
    ]);
  });

  it('is none where only the order of fields or a null differs', () => {
    expect([patchOf({ a: 1, b: { c: null } }, { b: {}, a: 1 }), differencesOf({ a: null }, {})]).toEqual([
      {},
      [],
    ]);
  });

  it('makes the one of the other, whatever they are, as the API applies it', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.integer(), { maxLength: 2 }));
    const name = fc.constantFrom('a', 'b', 'c');
    const value = fc.dictionary(name, fc.oneof(leaf, fc.dictionary(name, leaf)));
    fc.assert(
      fc.property(value, value, (before, after) => {
        expect(withoutEmpty(merged(before, patchOf(before, after)))).toEqual(withoutEmpty(after));
      }),
    );
  });
});

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 7396 as it stands there. */
function merged(target: Json, patch: Json): Json {
  const result: Record<string, unknown> = { ...target };
  for (const [name, value] of Object.entries(patch))
    if (value === null) delete result[name];
    else {
      const below = result[name];
      result[name] = isObject(value) ? merged(isObject(below) ? below : {}, value) : value;
    }
  return result;
}

/** An object without fields says nothing. */
const withoutEmpty = (value: Json): Json =>
  Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) =>
      isObject(inner) && Object.keys(inner).length === 0 ? [] : [[name, inner]],
    ),
  );
