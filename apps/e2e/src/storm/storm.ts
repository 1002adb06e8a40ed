import { agreement } from './judge/agreement';
import { inflict, targetOf, type Lift } from './inflict/inflict';
import { Requests } from './inflict/requests';
import type { PlannedFault, SetUp } from './plan/kinds';
import { timetable, type StormOptions, type Timetable } from './plan/timetable';
import type { EndState, InflictedFault, Recording } from './record/recording';
import { wholeLog } from './record/log';
import { setUpStorm, type OnStarting, type StormSetUp } from './set-up';

/** So long after the last fault the platform has come to rest, ms. */
export const QUIET_LIMIT_MS = 120_000;
/** It has come to rest when nothing was wrong for so long, ms. */
const RESTED_MS = 5_000;
const LOOK_EVERY_MS = 1_000;
const PRINT_EVERY = 10;

const until = (on: StormSetUp, atMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - on.now())));

/** Runs a storm on a platform of its own, which goes on running, and returns what was seen. */
export async function storm(
  options: StormOptions,
  setUp: SetUp,
  onStarting: OnStarting,
  print: (line: string) => void,
): Promise<Recording> {
  const plan = timetable(options, setUp);
  const on = await setUpStorm(setUp, options.seed, onStarting);
  print(`${setUp}: ${plan.requests.length} requests and ${plan.faults.length} faults in ${plan.forMs} ms`);
  const requests = new Requests(on.platform.connection, on.now);
  const faults = await blow(on, plan, requests, print);
  const lastFaultMs = Math.max(0, ...faults.map(({ untilMs }) => untilMs));
  await removeTheRest(on, plan, requests);
  const { end, quietMs } = await rest(on, lastFaultMs, print);
  const { records, deadLetters } = await patiently(() => wholeLog(on.log));
  return {
    ...{ requests: requests.sent, faults, quietMs },
    ...{ pods: on.watch.pods, leases: on.watch.leases, writes: on.writes },
    ...{ log: records, end: { ...end, deadLetters } },
  };
}

/** Requests and faults, each at its time; ends with the last of them. */
async function blow(
  on: StormSetUp,
  plan: Timetable,
  requests: Requests,
  print: (line: string) => void,
): Promise<readonly InflictedFault[]> {
  const sending = plan.requests.map(async (planned) => {
    await until(on, planned.atMs);
    await requests.send(planned);
  });
  const faults = plan.faults.map(async (fault) => {
    await until(on, fault.atMs);
    print(`${on.name}: ${on.now()} ms: ${fault.kind} of ${fault.target} for ${fault.forMs} ms`);
    return oneFault(on, fault, plan.forMs);
  });
  const inflicted = await Promise.all(faults);
  await Promise.all(sending);
  return inflicted;
}

async function oneFault(on: StormSetUp, fault: PlannedFault, endMs: number): Promise<InflictedFault> {
  const { kind, forMs } = fault;
  const fromMs = on.now();
  let { target } = fault;
  let lift: Lift;
  try {
    target = targetOf(fault, on);
    lift = await inflict({ ...fault, target }, on);
  } catch (error) {
    return { kind, target, fromMs, untilMs: fromMs, failed: (error as Error).message };
  }
  await until(on, Math.min(fromMs + forMs, endMs));
  // The API server may be down just now.
  await patiently(async () => lift());
  return { kind, target, fromMs, untilMs: on.now() };
}

/** Deletes all workloads but those that are to stay. */
async function removeTheRest(on: StormSetUp, { survivors }: Timetable, requests: Requests): Promise<void> {
  const { workloads } = await patiently(() => on.databases.rows());
  const rest = workloads.filter(({ living, name }) => living && !survivors.includes(name));
  await Promise.all(rest.map(({ name, id }) => requests.remove(name, id)));
}

/** Waits until nothing is wrong any more, and for how long that took; at most for the limit. */
async function rest(
  on: StormSetUp,
  lastFaultMs: number,
  print: (line: string) => void,
): Promise<{ readonly end: EndState; readonly quietMs: number | undefined }> {
  let since: number | undefined;
  for (let looks = 0; ; looks += 1) {
    const end = await patiently(() => look(on));
    const wrong = agreement(end);
    const now = on.now();
    since = wrong.length === 0 ? (since ?? now) : undefined;
    if (since !== undefined && now - since >= RESTED_MS) return { end, quietMs: since - lastFaultMs };
    if (now - lastFaultMs > QUIET_LIMIT_MS + RESTED_MS) return { end, quietMs: undefined };
    if (wrong[0] !== undefined && looks % PRINT_EVERY === 0)
      print(`${on.name}: ${now} ms: ${wrong.length} still wrong: ${wrong[0].kind}: ${wrong[0].what}`);
    await until(on, now + LOOK_EVERY_MS);
  }
}

const look = async (on: StormSetUp): Promise<EndState> => ({
  ...(await on.databases.rows()),
  pods: on.watch.current,
  deadLetters: 0,
});

/** Repeats what needs a part that comes up again. */
async function patiently<T>(read: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + QUIET_LIMIT_MS;
  for (;;)
    try {
      return await read();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
}
