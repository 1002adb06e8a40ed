import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChart, startsChart } from './scaling-charts';
import { scalingRun, type Platform } from './scaling-run';

const OUT = join(__dirname, '..', '..', '..', '..', 'docs', 'guides', 'scaling');
const MINUTE = 60;

/** A model that takes some seconds to load, and one replica for about ten requests at once. */
const SPEC = {
  image: 'model:1',
  servingPort: { container: 8000 },
  compute: { gpuDevicesRequest: 1, gpuRequestType: 'portion', gpuPortionRequest: 0.1 },
  environmentVariables: [
    { name: 'SIM_LATENCY_MS', value: '400' },
    { name: 'SIM_START_MS', value: '1500' },
    { name: 'SIM_READY_AFTER_MS', value: '4000' },
  ],
  probes: {
    readiness: { periodSeconds: 1, handler: { httpGet: { path: '/health', port: 8000, scheme: 'HTTP' } } },
  },
  autoscaling: {
    ...{ minReplicas: 0, maxReplicas: 6, initialReplicas: 0 },
    ...{ metric: 'concurrency', metricThreshold: 10 },
  },
};
/** Silence, a step, a spike, a fall, silence until it sleeps, and back. */
const STEPS = [
  { at: 0, requests: 0 },
  { at: 15, requests: 5 },
  { at: 75, requests: 32 },
  { at: 150, requests: 12 },
  { at: 240, requests: 0 },
  { at: 375, requests: 12 },
];
const ENDS_AT = 7 * MINUTE;

/** `npm run generate:scaling-pictures -- <connection.json>`: draws the pictures of docs/guides/scaling.md from a run on that platform, which takes seven minutes. */
async function main(): Promise<void> {
  const file = process.argv[2];
  if (file === undefined) throw new Error('name the connection.json of a running local platform');
  const platform = JSON.parse(readFileSync(file, 'utf8')) as Platform;
  const run = await scalingRun(platform, SPEC, STEPS, ENDS_AT);
  console.log(`${run.answered} requests answered, ${run.failed} failed, ${run.starts.length} starts`);
  if (run.failed > 0) throw new Error('requests failed; the pictures stay as they are');
  mkdirSync(OUT, { recursive: true });
  write(
    'run.svg',
    runChart('A workload on concurrency, 10 requests per replica, 70 %: to zero and back', run),
  );
  write('starts.svg', startsChart('How long each start of that run took', run.starts));
}

function write(name: string, svg: string): void {
  writeFileSync(join(OUT, name), svg);
  console.log(join(OUT, name));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
