import type { LeaseSeen, PodSeen, PodWrite, Recording } from '../record/recording';
import type { Breach } from './breach';
import { disturbances } from './disturbances';
import { overlapMs } from './spans';

const FULL_MILLI = 1_000;
/** How long a device may be overfull where a former leader's write came late, ms. */
const HEAL_MS = 5_000;

/** A device that held more than one device has, from the watch. */
export interface OverfullCase {
  /** `<node>/<slot>` */
  readonly device: string;
  readonly milliGpu: number;
  readonly fromMs: number;
  /** Until it was right again; undefined when it never was. */
  readonly healedAfterMs: number | undefined;
  /** The same without times at which nobody could heal it. */
  readonly undisturbedMs: number;
  readonly pods: readonly { readonly name: string; readonly writer: string; readonly late: boolean }[];
}

/** Finds every time at which a device was overfull in what the watch reported. */
export function overfullCases(
  recording: Pick<Recording, 'pods' | 'leases' | 'writes' | 'faults'>,
  endMs: number,
): readonly OverfullCase[] {
  const { pods, leases, writes } = recording;
  const present = new Map<string, PodSeen>();
  const firstSeen = new Map<string, PodSeen>();
  const open = new Map<string, { fromMs: number; milliGpu: number; uids: Set<string> }>();
  const cases: OverfullCase[] = [];
  const close = (device: string, atMs: number, isHealed: boolean): void => {
    const one = open.get(device);
    if (one === undefined) return;
    open.delete(device);
    const lasted = atMs - one.fromMs;
    const [node = ''] = device.split('/');
    const disturbed = disturbances(recording, node, endMs);
    cases.push({
      ...{ device, milliGpu: one.milliGpu, fromMs: one.fromMs },
      healedAfterMs: isHealed ? lasted : undefined,
      undisturbedMs: lasted - overlapMs(disturbed, { fromMs: one.fromMs, untilMs: atMs }),
      pods: [...one.uids].map((uid) => authorOf(firstSeen.get(uid), leases, writes)),
    });
  };
  for (const seen of pods) {
    const before = present.get(seen.uid);
    if (!firstSeen.has(seen.uid)) firstSeen.set(seen.uid, seen);
    if (seen.gone || seen.ended) present.delete(seen.uid);
    else present.set(seen.uid, seen);
    for (const device of new Set([...devicesOf(before), ...devicesOf(seen)])) {
      const holders = [...present.values()].filter((pod) => devicesOf(pod).includes(device));
      const milliGpu = holders.reduce((sum, pod) => sum + milliOn(pod, device), 0);
      if (milliGpu <= FULL_MILLI) close(device, seen.atMs, true);
      else {
        const one = open.get(device) ?? { fromMs: seen.atMs, milliGpu, uids: new Set<string>() };
        for (const { uid } of holders) one.uids.add(uid);
        open.set(device, { ...one, milliGpu: Math.max(one.milliGpu, milliGpu) });
      }
    }
  }
  for (const device of [...open.keys()]) close(device, endMs, false);
  return cases;
}

/** A device is never overfull by one leader's decision; a former leader's late write is healed in time. */
export function fullDevices(cases: readonly OverfullCase[]): readonly Breach[] {
  return cases.flatMap(({ device, milliGpu, fromMs, healedAfterMs, undisturbedMs, pods }) => {
    const names = pods
      .map(({ name, writer, late }) => `${name} of ${writer}${late ? ', late' : ''}`)
      .join('; ');
    const what = `${device} held ${milliGpu} milli from ${fromMs} ms for ${healedAfterMs ?? 'ever'} ms, ${undisturbedMs} of them undisturbed: ${names}`;
    const breaches: Breach[] = [];
    if (!pods.some(({ late }) => late)) breaches.push({ kind: 'overfull-by-one-leader', what });
    if (healedAfterMs === undefined || undisturbedMs > HEAL_MS)
      breaches.push({ kind: 'overfull-not-healed', what });
    return breaches;
  });
}

/** Who wrote the pod, and whether the lease was somebody else's by the time the cluster had it. */
function authorOf(
  pod: PodSeen | undefined,
  leases: readonly LeaseSeen[],
  writes: readonly PodWrite[],
): OverfullCase['pods'][number] {
  if (pod === undefined) return { name: '', writer: '', late: false };
  const writer = writes.filter((one) => one.name === pod.name && one.namespace === pod.namespace).at(-1);
  const holder = leases.filter(({ version }) => version <= pod.version).at(-1)?.holder;
  const late = writer !== undefined && holder !== undefined && holder !== writer.client;
  return { name: `${pod.namespace}/${pod.name}`, writer: writer?.client ?? 'unknown', late };
}

const devicesOf = (pod: PodSeen | undefined): readonly string[] =>
  pod?.kind === 'replica' ? pod.shares.map(({ slot }) => `${pod.node}/${slot}`) : [];

const milliOn = ({ node, shares }: PodSeen, device: string): number =>
  shares.reduce((sum, { slot, milliGpu }) => (`${node}/${slot}` === device ? sum + milliGpu : sum), 0);
