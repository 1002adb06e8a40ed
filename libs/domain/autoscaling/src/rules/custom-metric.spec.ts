import { CUSTOM_TOLERANCE, decideOnCustom } from './custom-metric';

const SETTINGS = { threshold: 10, tolerance: CUSTOM_TOLERANCE };
const SEEN = { readyReplicas: 4, warmingReplicas: 0, valuePerReplica: 10 };

describe('the decision on a metric by name', () => {
  it.each([
    ['grows by the ratio', { valuePerReplica: 15 }, 6],
    ['rounds up', { valuePerReplica: 11.5 }, 5],
    ['shrinks by the ratio', { valuePerReplica: 5 }, 2],
    ['wants none at a value of zero', { valuePerReplica: 0 }, 0],
    ['counts what is starting before it grows', { valuePerReplica: 30, warmingReplicas: 4 }, 12],
    [
      'takes a replica without a value for one at the threshold',
      { valuePerReplica: 4, measuredReplicas: 2 },
      3,
    ],
    ['takes it for one without load before it grows', { valuePerReplica: 30, measuredReplicas: 2 }, 6],
    ['shrinks whatever is starting', { valuePerReplica: 5, warmingReplicas: 4 }, 2],
  ])('%s', (_, change, replicas) => {
    expect(decideOnCustom(SETTINGS, { ...SEEN, ...change })).toEqual({ replicas });
  });

  it.each([
    ['no data', { valuePerReplica: undefined }],
    ['no data', { valuePerReplica: Number.NaN }],
    ['none ready', { readyReplicas: 0 }],
    ['within tolerance', { valuePerReplica: 11 }],
    ['within tolerance', { valuePerReplica: 9 }],
    ['within tolerance', { valuePerReplica: 15, measuredReplicas: 2 }],
    ['within tolerance', { valuePerReplica: 6, measuredReplicas: 1 }],
    ['warming', { valuePerReplica: 20, warmingReplicas: 4 }],
  ])('holds: %s', (hold, change) => {
    expect(decideOnCustom(SETTINGS, { ...SEEN, ...change })).toEqual({ replicas: undefined, hold });
  });
});
