import { shareOf, textAt, typedList, typedNumber, valueAt, withShare, withValue, type Body } from './body';

const BODY: Body = {
  name: 'chat',
  spec: { image: 'model:1', compute: { cpuCoreRequest: 2, gpuPortionRequest: 0.5 } },
};

describe('the body of a request that is edited', () => {
  it('keeps all else, and no object that became empty', () => {
    expect(withValue(BODY, 'spec.autoscaling.maxReplicas', 3)).toEqual({
      ...BODY,
      spec: { ...(BODY['spec'] as object), autoscaling: { maxReplicas: 3 } },
    });
    expect(
      withValue({ spec: { compute: { migProfile: 'x' } }, a: 1 }, 'spec.compute.migProfile', undefined),
    ).toEqual({
      a: 1,
    });
    expect(valueAt(BODY, 'spec.image.name')).toBeUndefined();
  });

  it('shows texts, numbers and what is no text as they are', () => {
    const body = { a: 'x', b: 2, c: null, d: { e: [1] } };
    expect(['a', 'b', 'c', 'd', 'missing'].map((path) => textAt(body, path))).toEqual([
      'x',
      '2',
      '',
      '{"e":[1]}',
      '',
    ]);
  });

  it('takes what was typed for what it is', () => {
    expect(['', ' ', '2', '0.5', 'half'].map(typedNumber)).toEqual([undefined, undefined, 2, 0.5, 'half']);
    expect([typedList('a, b,,'), typedList(' ')]).toEqual([['a', 'b'], undefined]);
  });

  it.each([
    ['portion', '0.25', { gpuDevicesRequest: 1, gpuRequestType: 'portion', gpuPortionRequest: 0.25 }],
    ['memory', '8Gi', { gpuDevicesRequest: 1, gpuRequestType: 'memory', gpuMemoryRequest: '8Gi' }],
    ['migProfile', '1g.5gb', { gpuDevicesRequest: 1, gpuRequestType: 'migProfile', migProfile: '1g.5gb' }],
    ['devices', '4', { gpuDevicesRequest: 4, gpuRequestType: 'portion', gpuPortionRequest: 1 }],
  ] as const)('asks for GPUs by %s, and shows that again', (share, amount, compute) => {
    const before = withValue(BODY, 'spec.compute.gpuMemoryLimit', '9Gi');
    const body = withShare(before, share, amount);
    expect(valueAt(body, 'spec.compute')).toEqual({ cpuCoreRequest: 2, ...compute });
    expect(shareOf(body)).toEqual({ share, amount });
    expect(valueAt(withShare(body, 'none'), 'spec.compute')).toEqual({ cpuCoreRequest: 2 });
  });

  it('keeps an amount that is no number, for the check to refuse', () => {
    expect(valueAt(withShare(BODY, 'portion', 'half'), 'spec.compute.gpuPortionRequest')).toBe('half');
  });

  it('without a type asks for whole devices', () => {
    expect(shareOf({ spec: { compute: { gpuDevicesRequest: 2 } } })).toEqual({
      share: 'devices',
      amount: '2',
    });
    expect(shareOf({ spec: {} })).toEqual({ share: 'none', amount: '' });
  });
});
