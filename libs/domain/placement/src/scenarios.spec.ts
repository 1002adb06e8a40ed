import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { maybe } from '@tessera/kernel';
import { parseAllDocuments } from 'yaml';
import { applyGeometryChange, type GeometryChange, planGeometryChange } from './geometry-change';
import { type ClusterModel } from './model/cluster-model';
import { createModel } from './model/create-model';
import {
  FILTER_CODES,
  type ClusterNode,
  type Device,
  type FilterCode,
  type QuotaRule,
  type ReplicaRequest,
} from './model/model';
import { apply, place, release } from './place';
import { node, request } from './testing';

interface NodeRow extends Partial<Omit<ClusterNode, 'devices' | 'memoryMiB'>> {
  readonly name: string;
  readonly devices?: number;
  readonly model?: string;
  /** Memory of each device; `memoryMiB_node` is that of the node. */
  readonly memoryMiB?: number;
  readonly memoryMiB_node?: number;
  readonly deviceList?: readonly Device[];
}

interface Step {
  readonly request?: Partial<ReplicaRequest>;
  readonly release?: string;
  readonly placed?: Readonly<Record<string, unknown>>;
  readonly refused?: {
    readonly message?: string;
    readonly nearestMiss?: string;
    /** Beginnings of the suggestions, in order; none may be left over. */
    readonly suggestions?: readonly string[];
    readonly codes?: Readonly<Record<string, number>>;
  };
  /** The change that placement plans for the refused request; it is carried out. */
  readonly thenMigChange?: Partial<GeometryChange>;
}

interface Scenario {
  readonly title: string;
  readonly covers: string;
  readonly defaults?: Partial<NodeRow>;
  readonly nodes: readonly NodeRow[];
  readonly quota?: readonly QuotaRule[];
  readonly steps: readonly Step[];
}

const FOLDER = join(__dirname, '..', 'scenarios');

const scenarios = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .sort()
  .flatMap((file) =>
    parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8')).map(
      (document) => document.toJS() as Scenario,
    ),
  );

function clusterNode({
  devices,
  model,
  memoryMiB,
  memoryMiB_node,
  deviceList,
  ...rest
}: NodeRow): ClusterNode {
  const product = model ?? 'NVIDIA-A100-SXM4-40GB';
  const list = Array.from({ length: devices ?? 0 }, (_, slot) => ({
    slot,
    model: product,
    memoryMiB: memoryMiB ?? 40_960,
  }));
  return node(rest.name, {
    ...rest,
    devices: deviceList ?? list,
    ...maybe('memoryMiB', memoryMiB_node),
  });
}

/** Filters that rejected a node in a scenario. */
const fired = new Set<FilterCode>();

function play(model: ClusterModel, step: Step): void {
  if (step.release !== undefined) expect(release(model, step.release)).toBe(true);
  if (step.request === undefined) return;
  const wanted = request(step.request);
  const decision = place(model, wanted);
  if (decision.outcome === 'unschedulable') for (const { code } of decision.verdict.rejected) fired.add(code);
  if (step.placed !== undefined) {
    expect(decision).toMatchObject({ outcome: 'placed', placement: step.placed });
    if (decision.outcome === 'placed') apply(model, wanted, decision.placement);
  }
  if (step.refused !== undefined) {
    const { message, nearestMiss, suggestions: suggestions, codes } = step.refused;
    if (decision.outcome === 'placed')
      throw new Error(`${wanted.id} was placed on ${decision.placement.node}.`);
    const { verdict } = decision;
    if (message !== undefined) expect(verdict.message).toBe(message);
    if (nearestMiss !== undefined) expect(verdict.nearestMiss).toBe(nearestMiss);
    if (suggestions !== undefined)
      expect(verdict.suggestions).toEqual(
        suggestions.map((text) => expect.stringMatching(new RegExp(`^${escaped(text)}`)) as string),
      );
    if (codes !== undefined)
      expect(Object.fromEntries(verdict.rejected.map(({ code, count }) => [code, count]))).toEqual(codes);
  }
  if (step.thenMigChange === undefined) return;
  const change = planGeometryChange(model, wanted);
  expect(change).toMatchObject(step.thenMigChange);
  if (change !== undefined) applyGeometryChange(model, change);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

describe('scenarios', () => {
  it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))('%s', (_title, scenario) => {
    const nodes = scenario.nodes.map((row) => clusterNode({ ...scenario.defaults, ...row }));
    const model = createModel({ nodes, quota: scenario.quota ?? [] });
    expect(scenario.steps.length).toBeGreaterThan(0);
    for (const step of scenario.steps) play(model, step);
  });

  it('show every filter', () => {
    expect(FILTER_CODES.filter((code) => !fired.has(code))).toEqual([]);
  });
});
