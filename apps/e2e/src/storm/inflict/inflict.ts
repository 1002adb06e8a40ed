import type { ClientName, PlannedFault } from '../plan/kinds';
import type { StormSetUp } from '../set-up';

/** Ends a fault. */
export type Lift = () => void | Promise<void>;

const nothing: Lift = () => undefined;

/** Puts a fault in force and returns what ends it. Throws when it cannot be inflicted, as on a part that is down. */
export async function inflict(fault: PlannedFault, on: StormSetUp): Promise<Lift> {
  const { kind, target, percent } = fault;
  const proxy = on.proxies[target as ClientName];
  switch (kind) {
    case 'kill':
    case 'kill-postgres':
    case 'kill-broker':
      on.processes.kill(target);
      return nothing;
    case 'stop':
    case 'stop-postgres':
    case 'stop-broker':
      return on.processes.stop(target);
    case 'watch-dropped':
      proxy.dropWatches();
      return nothing;
    case 'watch-frozen':
      proxy.freezeWatches();
      return nothing;
    case 'node-lost':
      await simulate(on, `nodes/${target}/fail`);
      return () => simulate(on, `nodes/${target}/recover`);
    case 'conflict':
    case 'expired':
    case 'throttled':
    case 'server-error':
    case 'timed-out':
    case 'lost-answer':
    case 'late-write':
      return proxy.inject({ kind, percent });
  }
}

/** What the operator of the simulated kubelets can do. */
async function simulate({ platform }: StormSetUp, path: string): Promise<void> {
  const url = `http://127.0.0.1:${platform.kubeletPort}/simulate/${path}`;
  const response = await fetch(url, { method: 'POST' });
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
}
