import { isMeasured } from './blank-values';

const UTILISATION = 'DCGM_FI_DEV_GPU_UTIL';
const SENT = 'DCGM_FI_PROF_NVLINK_TX_BYTES';
const COUNTER = 'DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL';

describe('values of DCGM', () => {
  const families = [2_147_483_632, 2 ** 47, 2 ** 63 - 16].flatMap((blank) =>
    [0, 1, 2, 3, 15].map((reason) => blank + reason),
  );
  it.each([UTILISATION, SENT, COUNTER])('are none where %s has a blank', (name) => {
    expect(families.filter((value) => isMeasured(name, value))).toEqual([]);
    expect([NaN, Infinity, -Infinity].filter((value) => isMeasured(name, value))).toEqual([]);
  });

  it.each([
    [UTILISATION, 0],
    [UTILISATION, 100],
    ['DCGM_FI_DEV_FB_USED', 288_000],
    [SENT, 2_147_483_631],
    [SENT, 2_147_483_648],
    [SENT, 900e9],
    [COUNTER, 2_147_483_648],
    [COUNTER, 2 ** 47 + 16],
    [COUNTER, 9e18],
  ])('are read in %s: %d', (name, value) => expect(isMeasured(name, value)).toBe(true));

  it('look like numbers of others, which are read', () => {
    expect(isMeasured('container_memory_working_set_bytes', 2_147_483_632)).toBe(true);
  });
});
