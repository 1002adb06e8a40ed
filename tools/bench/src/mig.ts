import { Command } from 'commander';
import {
  geometryOf,
  isValidLayout,
  planServices,
  type MigGeometry,
  type ServicePlan,
} from '@tessera/domain-mig';
import { readScenarios, type Scenario } from './placement-mig/parvagpu';
import { atMost, report, type Bar } from './placement-trace/report';
import { rounded } from './placement-trace/statistics';

/** Devices of the published deployments, by scenario (Lee et al., "ParvaGPU", SC 2024). */
const PUBLISHED: Readonly<Record<string, number>> = { S1: 2, S2: 3, S3: 5, S4: 7 };
const PLAN_LIMIT_MS = 1000;

const options = new Command()
  .description('A100-80GB devices that measured inference services need when they share them by MIG.')
  .requiredOption('--profiles <dir>', 'measurements, one CSV per model')
  .requiredOption('--slo <dir>', 'SLO_latency.csv and SLO_req_rate.csv')
  .parse()
  .opts<{ readonly profiles: string; readonly slo: string }>();

const geometry = a100();
const plans = readScenarios(options.profiles, options.slo).map((scenario) => ({
  scenario,
  ...timed(scenario),
}));
const scenarios = plans.map(({ scenario, plan, planMs }) => ({
  name: scenario.name,
  gpus: plan.devices.length,
  lowerBound: plan.lowerBound,
  planMs,
}));
report({ scenarios }, plans.flatMap(barsOf));

function a100(): MigGeometry {
  const found = geometryOf('A100-80GB', 0);
  if (found === undefined) throw new Error('The table of MIG geometries has no A100-80GB.');
  return found;
}

function timed({ services }: Scenario): { readonly plan: ServicePlan; readonly planMs: number } {
  const began = process.hrtime.bigint();
  const plan = planServices(geometry, services);
  return { plan, planMs: rounded(Number(process.hrtime.bigint() - began) / 1e6, 2) };
}

function barsOf({ scenario, plan, planMs }: (typeof plans)[number]): readonly Bar[] {
  const { name } = scenario;
  const published = PUBLISHED[name];
  const valid = plan.devices.every((layout) => isValidLayout(geometry, layout)) && holdsAll(plan);
  const unserved = scenario.services.filter((service) => capacityOf(plan, service) < service.demand).length;
  return [
    ...(published === undefined ? [] : [atMost(`${name}: devices`, plan.devices.length, published)]),
    atMost(`${name}: ms to plan`, planMs, PLAN_LIMIT_MS),
    { name: `${name}: valid geometry`, want: 'yes', got: valid ? 'yes' : 'no', ok: valid },
    atMost(`${name}: services below their rate`, unserved, 0),
  ];
}

/** Every instance that a service was given is on a device. */
function holdsAll({ devices, instances }: ServicePlan): boolean {
  const cut = new Map<string, number>();
  for (const { profile } of devices.flat()) cut.set(profile, (cut.get(profile) ?? 0) + 1);
  for (const wanted of Object.values(instances))
    for (const [profile, count] of Object.entries(wanted)) cut.set(profile, (cut.get(profile) ?? 0) - count);
  return [...cut.values()].every((left) => left === 0);
}

function capacityOf({ instances }: ServicePlan, { id, offers }: Scenario['services'][number]): number {
  return Object.entries(instances[id] ?? {}).reduce(
    (sum, [profile, count]) =>
      sum + count * (offers.find((offer) => offer.profile === profile)?.capacity ?? 0),
    0,
  );
}
