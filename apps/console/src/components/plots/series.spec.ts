import { aligned, linesOf } from './series';

describe('measured lines', () => {
  const at = (second: number): string => new Date(second * 1000).toISOString();
  const measurement = (
    type: string,
    labels: Record<string, string>,
    points: readonly [number, string | null][],
  ) => ({
    type,
    labels,
    values: points.map(([second, value]) => ({ timestamp: at(second), value })),
  });

  it('are those of the type, named by their labels', () => {
    const lines = linesOf(
      [measurement('A', { gpu: '0' }, [[1, '2']]), measurement('B', {}, [[1, '3']])],
      'A',
      'Use',
    );
    expect(lines).toEqual([{ label: 'Use 0', times: [1], values: [2] }]);
  });

  it('have gaps where one has no value', () => {
    const lines = [
      { label: 'a', times: [1, 2], values: [10, 20] },
      { label: 'b', times: [2, 3], values: [5, null] },
    ];
    expect(aligned(lines)).toEqual([
      [1, 2, 3],
      [10, 20, null],
      [null, 5, null],
    ]);
  });

  it('have a gap for what is no number', () => {
    expect(linesOf([measurement('A', {}, [[1, null]])], 'A', 'a')[0]?.values).toEqual([null]);
  });
});
