import { priceOf, type PriceTable } from './prices';

const TABLE: PriceTable = {
  currency: 'EUR',
  perGpuHour: 1,
  gpus: [
    { gpuType: 'A100', perGpuHour: 2 },
    { nodePool: 'spot', perGpuHour: 0.5 },
    { gpuType: 'A100', nodePool: 'spot', perGpuHour: 0.75 },
    { gpuType: 'A100', migProfile: '1g.5gb', perGpuHour: 2.8 },
    { gpuType: 'A100', perGpuHour: 9 },
  ],
  per1kTokens: { input: 0, cached: 0, output: 0 },
};

describe('the price of a GPU for an hour', () => {
  it.each([
    ['nothing is known', '', '', '', 1],
    ['no price names its type', 'pool-a', 'H100', '', 1],
    ['its type has one: the first', 'pool-a', 'A100', '', 2],
    ['its pool has one', 'spot', 'H100', '', 0.5],
    ['type and pool have one together', 'spot', 'A100', '', 0.75],
    ['its MIG profile has one', 'pool-a', 'A100', '1g.5gb', 2.8],
    ['its MIG profile has none', 'pool-a', 'A100', '2g.10gb', 2],
  ])('where %s', (_what, nodePool, gpuType, migProfile, price) => {
    expect(priceOf(TABLE, { nodePool, gpuType, migProfile })).toBe(price);
  });
});
