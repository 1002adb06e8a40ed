import { storeColumns, storedColumns } from './chosen-columns';
import { inOrderOf } from './steady-rows';

const row = (id: string, phase = 'Running') => ({ id, phase });

describe('rows that somebody points at', () => {
  it('keep their places and show what is new about them', () => {
    const { rows, waiting } = inOrderOf([row('a'), row('b')], [row('b', 'Failed'), row('a')]);
    expect(rows).toEqual([row('a'), row('b', 'Failed')]);
    expect(waiting).toBe(2);
  });

  it('stay when they are gone, and let new ones wait', () => {
    const { rows, waiting, gone } = inOrderOf([row('a'), row('b')], [row('c'), row('b')]);
    expect([rows.map(({ id }) => id), waiting, [...gone]]).toEqual([['a', 'b'], 1, ['a']]);
  });

  it('have nothing that waits while only their content changes', () => {
    expect(inOrderOf([row('a')], [row('a', 'Pending')]).waiting).toBe(0);
  });
});

describe('the columns that were chosen', () => {
  const ALL = ['name', 'phase', 'gpu'];
  it('are kept in the order of the table, without those that are no more', () => {
    let kept: string | null = null;
    const storage = { getItem: () => kept, setItem: (_key: string, value: string) => void (kept = value) };
    expect(storedColumns(storage, ALL, ['name'])).toEqual(['name']);
    storeColumns(storage, ['gpu', 'name', 'gone']);
    expect(storedColumns(storage, ALL, ['name'])).toEqual(['name', 'gpu']);
  });
});
