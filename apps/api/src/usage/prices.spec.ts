import { readPrices } from './prices';

describe('a file of prices', () => {
  it('needs a currency and a price; everything else has a default', () => {
    expect(readPrices({ currency: 'EUR', perGpuHour: 2.5 })).toEqual({
      settings: {
        currency: 'EUR',
        perGpuHour: 2.5,
        gpus: [],
        per1kTokens: { input: 0, cached: 0, output: 0 },
      },
    });
  });

  it.each<readonly [string, unknown, string]>([
    ['nothing', null, 'expected object'],
    ['no currency', { perGpuHour: 1 }, 'currency: '],
    ['a currency by its sign', { currency: '€', perGpuHour: 1 }, 'currency: is not a currency of ISO 4217'],
    ['a negative price', { currency: 'EUR', perGpuHour: -1 }, 'perGpuHour: '],
    ['a price as text', { currency: 'EUR', perGpuHour: '2,50' }, 'perGpuHour: '],
    ['a misspelt field', { currency: 'EUR', perGpuHour: 1, gpu: [] }, 'gpu'],
    [
      'a price for nothing',
      { currency: 'EUR', perGpuHour: 1, gpus: [{ perGpuHour: 2 }] },
      'gpus.0: must name',
    ],
  ])('with %s is refused, with the place', (_what, content, problem) => {
    const outcome = readPrices(content);
    expect('problems' in outcome ? outcome.problems.join('\n') : 'accepted').toContain(problem);
  });

  it('names every problem at once', () => {
    const outcome = readPrices({ currency: 'euro', perGpuHour: -1 });
    expect('problems' in outcome && outcome.problems).toHaveLength(2);
  });
});
