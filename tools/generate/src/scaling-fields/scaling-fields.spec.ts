import { specViolations } from '@tessera/domain-workload';
import { homes } from '../compiled-fields/table';
import { FIELD_CASES, specOf } from './fields';
import { play } from './play';

describe('the table of scaling fields', () => {
  it('has every field of spec.autoscaling, once', () => {
    const fields = homes()
      .map(({ field }) => field)
      .filter((field) => field.startsWith('autoscaling.'))
      .map((field) => field.slice('autoscaling.'.length));
    expect(fields.length).toBeGreaterThan(18);
    expect(FIELD_CASES.map(({ field }) => field).sort()).toEqual([...fields].sort());
  });

  it.each(FIELD_CASES.map((one) => [one.field, one] as const))('%s changes what is listed', (_, one) => {
    const [first, second] = one.values.map((value) => {
      const autoscaling = specOf(one, value);
      expect(specViolations({ image: 'model', autoscaling })).toEqual([]);
      return play(autoscaling, one.story);
    });
    expect([...(first?.ignored ?? []), ...(second?.ignored ?? [])]).toEqual([]);
    const differs = (['changes', 'limited', 'stopped'] as const).filter(
      (part) => JSON.stringify(first?.[part]) !== JSON.stringify(second?.[part]),
    );
    const named = { condition: 'limited', start: 'stopped', number: 'changes' } as const;
    expect(differs).toContain(named[one.changes ?? 'number']);
    if (one.changes !== undefined) expect(differs).not.toContain('changes');
  });
});

describe('a played story', () => {
  it('is decided by the rules of the scheduler', () => {
    const autoscaling = {
      ...{ minReplicas: 0, maxReplicas: 5, metric: 'throughput', metricThreshold: 10 },
      metricThresholdPercentage: 100,
    };
    const { changes } = play(autoscaling, {
      from: '2025-01-15T00:00:00Z',
      seconds: 200,
      moments: [{ second: 0, perSecond: 25 }, { second: 70 }],
    });
    expect(changes.map(([, replicas]) => replicas)).toEqual([1, 3, 2, 1, 0]);
  });
});
