import { LEADER, type ClientName, type PlannedFault } from '../plan/kinds';
import type { PodSeen } from '../record/recording';
import type { StormSetUp } from '../set-up';
import { brokenWebhook, denyingPolicy, evictPod, holdPod } from './objects';
import { repeatRecords } from './records';

/** Ends a fault. */
export type Lift = () => void | Promise<void>;

const nothing: Lift = () => undefined;

/** Puts a fault in force and returns what ends it. Throws when it cannot be inflicted, as on a part that is down. */
export async function inflict(fault: PlannedFault, on: StormSetUp): Promise<Lift> {
  const { kind, target, percent, seconds } = fault;
  const proxy = on.proxies[target as ClientName];
  switch (kind) {
    case 'kill':
    case 'kill-postgres':
    case 'kill-broker':
    case 'kill-kubernetes':
      on.processes.kill(target);
      return nothing;
    case 'stop':
    case 'stop-postgres':
    case 'stop-broker':
    case 'leader-stopped':
      return on.processes.stop(target);
    case 'clock':
      on.clocks.step(target, seconds);
      return () => on.clocks.step(target, 0);
    case 'watch-dropped':
      proxy.dropWatches();
      return nothing;
    case 'watch-frozen':
      proxy.freezeWatches();
      return nothing;
    case 'node-lost':
      await simulate(on, `nodes/${target}/fail`);
      return () => simulate(on, `nodes/${target}/recover`);
    case 'node-exchanged':
      await simulate(on, `nodes/${target}/fail`);
      return async () => {
        await simulate(on, `nodes/${target}/exchange`);
        await simulate(on, `nodes/${target}/recover`);
      };
    case 'evicted':
      await evictPod(on.cluster, somePod(on, fault));
      return nothing;
    case 'pressure': {
      const { namespace, name } = somePod(on, fault);
      await simulate(on, `pods/${namespace}/${name}/evict`);
      return nothing;
    }
    case 'finalizer':
      return holdPod(on.cluster, somePod(on, fault));
    case 'webhook':
      return on.name === 'kubernetes' ? brokenWebhook(on.cluster) : injectAll(on, fault);
    case 'denied':
      return on.name === 'kubernetes' ? denyingPolicy(on.cluster) : injectAll(on, fault);
    case 'repeated-records':
      await repeatRecords(on.log, on.draw);
      return nothing;
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

/** What an API server without admission cannot do by itself, its proxies do. */
function injectAll({ proxies }: StormSetUp, { kind, percent }: PlannedFault): Lift {
  const lifts = Object.values(proxies).map((proxy) => proxy.inject({ kind, percent }));
  return () => lifts.forEach((lift) => lift());
}

/** Whom a fault meets: of the leader the service whose identity the lease has. Throws when nobody leads. */
export function targetOf({ target }: PlannedFault, { watch }: StormSetUp): string {
  if (target !== LEADER) return target;
  const holder = watch.leases.at(-1)?.holder ?? '';
  if (holder === '') throw new Error('nobody leads');
  return holder;
}

/** One of the replicas that there are now. */
function somePod({ watch }: StormSetUp, { percent }: PlannedFault): PodSeen {
  const pods = watch.current.filter(({ kind, ended, deleting }) => kind === 'replica' && !ended && !deleting);
  const pod = pods[percent % pods.length];
  if (pod === undefined) throw new Error('there is no replica');
  return pod;
}

/** What the operator of the simulated kubelets can do. */
async function simulate({ platform }: StormSetUp, path: string): Promise<void> {
  const url = `http://127.0.0.1:${platform.kubeletPort}/simulate/${path}`;
  const response = await fetch(url, { method: 'POST' });
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
}
