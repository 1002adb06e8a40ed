import { apply, createModel, place, release, type ClusterModel } from '@tessera/domain-placement';
import { seeded } from '../placement-trace/random';
import { drawRequest, generateNodes, GENERATED_MIX } from './generated';

/** Share of GPUs in use at which the cluster is held. */
const FILL = 0.9;

/**
 * Fills a generated cluster to 90 % of its GPUs and then decides on so many more requests; before each, random
 * replicas leave until the cluster is at 90 % again. Gives nanoseconds per decision: what the decision costs with
 * its application and with the departures that make room for it.
 */
export function churn(nodes: number, decisions: number, seed: number): Float64Array {
  const cluster = new Churned(nodes, seed);
  cluster.fill();
  const warmUp = Math.min(decisions, 2000);
  for (let index = 0; index < warmUp; index++) cluster.step();
  return Float64Array.from({ length: decisions }, () => cluster.step());
}

class Churned {
  private readonly model: ClusterModel;
  private readonly random: () => number;
  private readonly capacity: number;
  private readonly running: { id: string; milliGpu: number }[] = [];
  private used = 0;
  private next = 0;

  constructor(nodes: number, seed: number) {
    const generated = generateNodes(nodes);
    this.model = createModel({ nodes: generated, quota: [] }, { mix: GENERATED_MIX });
    this.random = seeded(seed);
    this.capacity = generated.reduce((sum, { devices }) => sum + devices.length * 1000, 0);
  }

  fill(): void {
    const limit = 20 * this.capacity;
    for (let tries = 0; this.used < FILL * this.capacity && tries < limit; tries++) this.decide();
  }

  /** One decision after the departures that make room; nanoseconds spent in the library. */
  step(): number {
    let spent = 0;
    while (this.used >= FILL * this.capacity) {
      const at = Math.floor(this.random() * this.running.length);
      const gone = this.running[at];
      const last = this.running.pop();
      if (gone === undefined || last === undefined) break;
      if (gone !== last) this.running[at] = last;
      this.used -= gone.milliGpu;
      const began = process.hrtime.bigint();
      release(this.model, gone.id);
      spent += Number(process.hrtime.bigint() - began);
    }
    return spent + this.decide();
  }

  private decide(): number {
    const request = drawRequest(`r${this.next++}`, this.random);
    const began = process.hrtime.bigint();
    const decision = place(this.model, request);
    if (decision.outcome === 'placed') apply(this.model, request, decision.placement);
    const spent = Number(process.hrtime.bigint() - began);
    if (decision.outcome === 'placed') {
      const milliGpu = decision.placement.devices.reduce((sum, share) => sum + share.milliGpu, 0);
      this.used += milliGpu;
      this.running.push({ id: request.id, milliGpu });
    }
    return spent;
  }
}
