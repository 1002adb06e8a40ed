import { ANOTHER, FREE, inkOn, labelOf, schemeOf, type ColourBy } from './colours';
import type { Piece } from './shares';
import { gpu, holder, node } from './testing';

const NOW = Date.parse('2026-01-10T00:00:00Z');
const HOUR = 3_600_000;
const piece = (whose?: Piece['holder']): Piece => ({
  ...{ from: 0, to: 1, memoryFrom: 0, memoryTo: 1 },
  ...(whose === undefined ? { mig: { profile: '1g.5gb', start: 0 } } : { holder: whose }),
});
const nodesOf = (projects: number) => [
  node(
    'a',
    Array.from({ length: projects }, (_, n) => gpu(n, { holders: [holder(`w${n}`, `${n + 10}`)] })),
  ),
];
const since = (ms: number) => piece(holder('a', '1', { since: new Date(NOW - ms).toISOString() }));

describe('the colours of shares', () => {
  it('distinguish more projects than there are hues, by texture, whatever else is there', () => {
    const scheme = schemeOf('project', nodesOf(21), NOW);
    const fills = scheme.entries.map(({ fill }) => `${fill.colour} ${fill.texture}`);
    expect([fills.length, new Set(fills).size]).toEqual([21, 21]);
    expect(scheme.fillOf(piece(holder('x', '10')))).toBe(scheme.entries[0]?.fill);
  });

  it.each<ColourBy>(['project', 'use', 'age'])(
    'by %s keep those of other projects and of free instances apart from all of the reader’s own',
    (by) => {
      const scheme = schemeOf(by, nodesOf(3), NOW);
      expect(scheme.fillOf(piece({ milliGpu: 1, memoryMiB: 1 }))).toBe(ANOTHER);
      expect(scheme.fillOf(piece())).toBe(FREE);
      expect(scheme.entries.map(({ fill }) => fill)).not.toContain(ANOTHER);
      expect(scheme.entries.map(({ fill }) => fill)).not.toContain(FREE);
    },
  );

  it.each([
    [HOUR - 1, 'less than an hour'],
    [HOUR, 'less than a day'],
    [25 * HOUR, 'less than a week'],
    [10 * 24 * HOUR, 'less than 30 days'],
    [400 * 24 * HOUR, 'longer'],
  ])('show the age of %i ms: %s', (ms, label) => {
    const scheme = schemeOf('age', [], NOW);
    expect(scheme.entries.find(({ fill }) => fill === scheme.fillOf(since(ms)))?.label).toBe(label);
  });

  it.each([
    [0, 'up to 20 %'],
    [20, 'up to 20 %'],
    [20.5, 'up to 40 %'],
    [100, 'over 80 %'],
    [undefined, 'not measured'],
  ])('show the use of %p percent: %s', (utilisation, label) => {
    const whose = holder('a', '1', utilisation === undefined ? {} : { utilisation });
    const measured = holder('b', '1', { utilisation: 1 });
    const scheme = schemeOf('use', [node('a', [gpu(0, { holders: [whose, measured] })])], NOW);
    expect(scheme.entries.find(({ fill }) => fill === scheme.fillOf(piece(whose)))?.label).toBe(label);
  });

  it('promise no steps where nothing is measured', () => {
    expect(schemeOf('use', nodesOf(2), NOW).entries.map(({ label }) => label)).toEqual(['not measured']);
  });

  it.each([
    ['rgb(255, 255, 255)', '#000000'],
    ['rgb(240, 228, 66)', '#000000'],
    ['rgb(0, 114, 178)', '#ffffff'],
    ['rgb(68, 1, 84)', '#ffffff'],
  ])('have text on %s that can be read: %s', (colour, ink) => expect(inkOn(colour)).toBe(ink));

  it('are not alone: every share has a label', () => {
    expect([
      labelOf(piece(holder('chat', '1'))),
      labelOf(piece({ milliGpu: 1, memoryMiB: 1 })),
      labelOf(piece()),
    ]).toEqual(['chat', 'another project', '1g.5gb free']);
  });
});
