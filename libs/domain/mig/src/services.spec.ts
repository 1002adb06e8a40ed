import { isValidLayout } from './layout';
import { geometryOf, type MigGeometry } from './profiles';
import { planServices } from './services';

const a100 = geometryOf('A100-80GB', 0) as MigGeometry;
const offers = [
  { profile: '1g.10gb', capacity: 10 },
  { profile: '2g.20gb', capacity: 22 },
  { profile: '3g.40gb', capacity: 33 },
  { profile: '7g.80gb', capacity: 70 },
];

describe('a plan for services', () => {
  it('gives each service what it needs on valid layouts', () => {
    const services = [
      { id: 'a', demand: 95, offers },
      { id: 'b', demand: 40, offers },
    ];
    const plan = planServices(a100, services);
    expect(plan.devices.length).toBe(plan.lowerBound);
    for (const layout of plan.devices) expect(isValidLayout(a100, layout)).toBe(true);
    for (const { id, demand } of services) {
      const given = Object.entries(plan.instances[id] ?? {}).reduce(
        (sum, [profile, count]) =>
          sum + count * (offers.find((one) => one.profile === profile)?.capacity ?? 0),
        0,
      );
      expect(given).toBeGreaterThanOrEqual(demand);
    }
  });

  it('stays within a second for a demand of hundreds of devices', () => {
    const plan = planServices(a100, [{ id: 'big', demand: 20_000, offers }]);
    expect(plan.devices.length).toBeGreaterThanOrEqual(plan.lowerBound);
    expect(plan.devices.length).toBeLessThanOrEqual(plan.lowerBound * 1.2);
  });

  it('names the service that cannot be served', () => {
    const hopeless = { id: 'c', demand: 1, offers: [{ profile: '1g.10gb', capacity: 0 }] };
    expect(() => planServices(a100, [hopeless])).toThrow(/serves c/);
  });
});
