import type { Ours } from './ours';
import { workload } from './ours';
import { PROJECT } from '@tessera/testing-services/stub-cluster';

const LIMIT_MS = 10_000;
const LOOK_MS = 5;

/** Adds a workload to those that the gateway knows; gives the time until it is served, ms. */
export async function newRoute(ours: Ours, upstream: number, index: number): Promise<number> {
  const made = workload(index, `127.0.0.1:${upstream}`);
  const url = `http://127.0.0.1:${ours.port}/${PROJECT}/${made.name}/v1/chat/completions`;
  const began = performance.now();
  ours.cluster.add(made);
  for (;;) {
    const response = await fetch(url, { method: 'POST', headers: ours.headers, body: '{}' });
    await response.text();
    const took = Math.round(performance.now() - began);
    if (response.ok || took > LIMIT_MS) return took;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
