import { SeriesCatalogue } from './series-catalogue';

const KNOWN = { names: new Set(['a']), labels: new Set<string>() };

describe('the catalogue of series', () => {
  let now: number;
  let loads: number;
  beforeEach(() => {
    now = 0;
    loads = 0;
  });
  const catalogue = (load = async (): Promise<typeof KNOWN | undefined> => KNOWN) =>
    new SeriesCatalogue({ load: () => ((loads += 1), load()), keepMs: 1_000, now: () => now });

  it('knows nothing until it is loaded, and makes nobody wait', async () => {
    const of = catalogue();
    expect([of.current(), of.current(), loads]).toEqual([undefined, undefined, 1]);
    await of.refresh();
    expect([of.current(), loads]).toEqual([KNOWN, 1]);
  });

  it('is loaded again once it is old, and not used meanwhile: series may have been added', async () => {
    const of = catalogue();
    await of.refresh();
    now = 999;
    expect(of.current()).toBe(KNOWN);
    now = 1_000;
    expect([of.current(), loads]).toEqual([undefined, 2]);
  });

  it.each([
    ['cannot be had', () => Promise.reject(new Error('no'))],
    ['may be incomplete', () => Promise.resolve(undefined)],
  ])('knows nothing where it %s, and asks again later, not at once', async (_title, load) => {
    const of = catalogue(load);
    await of.refresh();
    expect([of.current(), loads]).toEqual([undefined, 1]);
    now = 1_000;
    expect([of.current(), loads]).toEqual([undefined, 2]);
  });
});
