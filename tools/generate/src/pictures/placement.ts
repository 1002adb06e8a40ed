import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { apply, createModel, place, type PolicyName } from '@tessera/domain-placement';
import { planServices, geometryOf } from '@tessera/domain-mig';
import {
  demandOf,
  inflate,
  mixOf,
  readNodes,
  readPods,
  readScenarios,
  requestOf,
  seeded,
  shuffled,
} from '@tessera/tool-bench';
import { deviceMap, lineChart, type Series } from './charts';

const options = new Command()
  .description('Draws the pictures of docs/guides/placement.md from real runs.')
  .requiredOption('--nodes <csv>', 'node list of the openb trace')
  .requiredOption('--pods <csv>', 'pod list of the openb trace')
  .requiredOption('--profiles <dir>', 'MIG measurements')
  .requiredOption('--slo <dir>', 'MIG demand scenarios')
  .option('--out <dir>', 'folder of the pictures', 'docs/guides/placement')
  .parse()
  .opts<Readonly<Record<'nodes' | 'pods' | 'profiles' | 'slo' | 'out', string>>>();

const SEED = 42;
const POLICIES: readonly PolicyName[] = [
  'fgd',
  'fgd-published',
  'best-fit',
  'packing',
  'dot-product',
  'random',
];
const nodes = readNodes(options.nodes);
const pods = readPods(options.pods);
const mix = mixOf(pods);

mkdirSync(options.out, { recursive: true });
drawInflation();
drawDevices();
drawMig();

/** Unallocated and fragmented GPUs while demand arrives, one seed. */
function drawInflation(): void {
  const runs = POLICIES.map((policy) => ({ policy, run: inflate({ nodes, pods, mix, policy, seed: SEED }) }));
  const series = (
    of: (run: (typeof runs)[number]['run']) => ReadonlyMap<number, number>,
    from: number,
  ): Series[] =>
    runs.map(({ policy, run }) => ({
      name: policy,
      points: [...of(run).entries()].filter(([bin]) => bin >= from && bin <= 125).sort((a, b) => a[0] - b[0]),
    }));
  write(
    'unallocated.svg',
    lineChart({
      title: 'GPUs left unallocated while demand arrives (openb default, one seed)',
      x: { label: 'arrived demand, % of all GPUs', from: 85, to: 125, step: 5 },
      y: { label: 'unallocated, % of all GPUs', from: 0, to: 18, step: 3 },
      series: series(({ unallocatedPct }) => unallocatedPct, 85),
    }),
  );
  write(
    'fragmentation.svg',
    lineChart({
      title: 'Free GPUs that the mix cannot use (openb default, one seed)',
      x: { label: 'arrived demand, % of all GPUs', from: 0, to: 125, step: 25 },
      y: { label: 'fragmented, % of all GPUs', from: 0, to: 18, step: 3 },
      series: series(({ fragPct }) => fragPct, 0),
    }),
  );
}

/** The first devices of a small part of the cluster after the same requests, per policy. */
function drawDevices(): void {
  const some = nodes.filter(({ devices }) => devices[0]?.model === 'G2').slice(0, 5);
  const arrivals = shuffled(pods, seeded(SEED));
  const rows = (['fgd', 'best-fit', 'random'] as const).map((policy) => {
    const model = createModel({ nodes: some, quota: [] }, { mix });
    const random = seeded(SEED);
    let arrived = 0;
    arrivals.forEach((pod, index) => {
      if (arrived >= some.length * 8000) return;
      arrived += demandOf(pod);
      const request = requestOf(pod, String(index));
      const decision = place(model, request, { policy, random });
      if (decision.outcome === 'placed') apply(model, request, decision.placement);
    });
    const devices = model.nodes.flatMap((node) =>
      node.devices.map(({ slot }) =>
        [...node.replicas.values()].flatMap((replica) =>
          replica.devices.filter((share) => share.slot === slot).map(({ milliGpu }) => milliGpu),
        ),
      ),
    );
    return { name: policy, devices };
  });
  write('devices.svg', deviceMap('40 devices of 5 nodes at 100 % arrived demand; white is free', rows));
}

/** The plans of the four published scenarios: pieces are compute slices. */
function drawMig(): void {
  const geometry = geometryOf('A100-80GB', 0);
  if (geometry === undefined) throw new Error('The table of MIG geometries has no A100-80GB.');
  const rows = readScenarios(options.profiles, options.slo).map(({ name, services }) => {
    const plan = planServices(geometry, services);
    const devices = plan.devices.map((layout) =>
      layout.map(({ profile }) => {
        const slices = geometry.profiles.find((one) => one.name === profile)?.computeSlices ?? 0;
        return Math.floor((1000 * slices) / geometry.computeSlices);
      }),
    );
    return { name: `${name}: ${plan.devices.length} devices, at least ${plan.lowerBound}`, devices };
  });
  write('mig.svg', deviceMap('A100-80GB devices planned per scenario; white is unused compute', rows));
}

function write(file: string, text: string): void {
  writeFileSync(join(options.out, file), text);
  process.stdout.write(`${join(options.out, file)}\n`);
}
