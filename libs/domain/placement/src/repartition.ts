import { geometryOf, type MigGeometry } from './mig-profiles';
import { migConfigLayout, migConfigNames, resourceSpelling } from './mig-configs';

/** Labels of the GPU operator that a change of geometry reads and writes. */
export const MIG_MANAGER = {
  config: 'nvidia.com/mig.config',
  state: 'nvidia.com/mig.config.state',
  strategy: 'nvidia.com/mig.strategy',
  product: 'nvidia.com/gpu.product',
  manager: 'nvidia.com/gpu.deploy.mig-manager',
  /** Prefix of the labels that say which components of the operator run on the node. */
  deploy: 'nvidia.com/gpu.deploy.',
  paused: 'paused-for-mig-change',
} as const;

/**
 * Phase of a change. `Refused` has not begun and is checked again while it is requested; `Draining`, `Applying`,
 * `Recovering` and `RollingBack` are in progress; `Succeeded` and `Failed` stay until another change is requested.
 */
export const REPARTITION_PHASES = [
  'Refused',
  'Draining',
  'Applying',
  'Recovering',
  'RollingBack',
  'Succeeded',
  'Failed',
] as const;
export type RepartitionPhase = (typeof REPARTITION_PHASES)[number];

/** State of a change, stored on the node, from which a restarted scheduler continues. Times are ms. */
export interface Repartition {
  readonly config: string;
  /** The previous configuration, where there was one. */
  readonly from?: string;
  readonly phase: RepartitionPhase;
  readonly message: string;
  readonly startedAt: number;
  /** Since when it is in this phase. */
  readonly since: number;
  /** True where the scheduler cordoned the node and has to uncordon it. */
  readonly cordoned: boolean;
  /** Attempts to recover a stuck mig-manager. */
  readonly attempts: number;
  /** The labels `nvidia.com/gpu.deploy.*` before mig-manager touched them. */
  readonly deploy: Readonly<Record<string, string>>;
}

/** A node with a requested or running change. */
export interface NodeToRepartition {
  readonly labels: Readonly<Record<string, string>>;
  readonly cordoned: boolean;
  /** Instances that the device plugin offers by profile, `nvidia.com/mig-<profile>`. */
  readonly offered: Readonly<Record<string, number>>;
  /** Model and total memory of its devices; undefined where it has none. */
  readonly device?: { readonly model: string; readonly memoryMiB: number };
  /** The requested configuration. */
  readonly asked?: string;
  readonly change?: Repartition;
  /** Our pods that use a device of the node: replicas and reservation pods. */
  readonly ours: readonly { readonly name: string; readonly stays?: string }[];
  /** Pods outside Tessera that use one. */
  readonly foreign: readonly string[];
  /** Names that mig-manager publishes for this node; undefined where it publishes none. */
  readonly configs?: readonly string[];
}

/** Time limits of the steps, ms, and the number of recovery attempts. */
export interface RepartitionTiming {
  readonly drainMs: number;
  /** Time in `pending` with paused operator components after which mig-manager counts as stuck (gpu-operator#2833). */
  readonly stuckMs: number;
  /** Time without success, reboots included, after which the change has failed. */
  readonly limitMs: number;
  /** How long the other configuration is set before the requested one is set again. */
  readonly awayMs: number;
  readonly attempts: number;
}

/** One atomic write to the node. A label of null is removed. */
export interface NodePatch {
  readonly cordoned?: boolean;
  readonly labels: Readonly<Record<string, string | null>>;
  /** Null removes the record of the change. */
  readonly change: Repartition | null;
}

/** The next write; no patch means wait. The caller calls again from time to time, since steps also depend on time. */
export interface RepartitionStep {
  readonly patch?: NodePatch;
}

const IN_PROGRESS: readonly RepartitionPhase[] = ['Draining', 'Applying', 'Recovering', 'RollingBack'];

/** True while nothing may be placed on the node. */
export const isInProgress = (change: Pick<Repartition, 'phase'> | undefined): boolean =>
  change !== undefined && IN_PROGRESS.includes(change.phase);

/** True while mig-manager changes the node, whoever requested it. */
export const isReconfiguring = (labels: Readonly<Record<string, string>>): boolean =>
  labels[MIG_MANAGER.state] === 'pending' || labels[MIG_MANAGER.state] === 'rebooting';

/**
 * The next step of a change of geometry: refuse, cordon and drain, set the label, watch, recover a stuck mig-manager,
 * roll back, uncordon. Each step is one write to the node, which also stores the state of the change. The same node
 * gives the same step, so a lost or repeated step does no harm.
 */
export function nextStep(node: NodeToRepartition, timing: RepartitionTiming, now: number): RepartitionStep {
  const { asked, change } = node;
  switch (change?.phase) {
    case 'Draining':
      return draining(node, change, timing, now);
    case 'Applying':
      return applying(node, change, timing, now);
    case 'Recovering':
      return recovering(node, change, timing, now);
    case 'RollingBack':
      return rollingBack(node, change, timing, now);
    default:
      if (asked === undefined) return change === undefined ? {} : { patch: { labels: {}, change: null } };
      if (change !== undefined && change.phase !== 'Refused' && change.config === asked) return {};
      return beginning(node, asked, now);
  }
}

/**
 * Why the change cannot begin now; undefined where it can. `request`: the request is invalid for this node as it is.
 */
export function refusalOf(
  node: NodeToRepartition,
  asked: string,
): { readonly kind: 'request' | 'state'; readonly message: string } | undefined {
  const request = (message: string) => ({ kind: 'request', message }) as const;
  const geometry = node.device && geometryOf(node.device.model, node.device.memoryMiB);
  if (node.device === undefined) return request('The node has no GPU.');
  if (geometry === undefined) return request(`GPUs of the model ${node.device.model} do not support MIG.`);
  const { labels } = node;
  if (labels[MIG_MANAGER.manager] !== 'true' && labels[MIG_MANAGER.state] === undefined)
    return request(
      `mig-manager does not run on the node: it has neither the label ${MIG_MANAGER.manager}=true nor ${MIG_MANAGER.state}.`,
    );
  const names = node.configs ?? migConfigNames(geometry);
  if (!names.includes(asked))
    return request(`${asked} is not a MIG configuration of this node; choose one of ${names.join(', ')}.`);
  if (labels[MIG_MANAGER.strategy] === 'single' && !isUniform(geometry, asked))
    return request(
      `${asked} has instances of different profiles, which the MIG strategy single of the node does not support.`,
    );
  if (isReconfiguring(labels) && !isInProgress(node.change))
    return { kind: 'state', message: 'mig-manager is already changing the node on another request.' };
  return inUse(node);
}

const inUse = ({ foreign }: NodeToRepartition) =>
  foreign.length === 0
    ? undefined
    : ({
        kind: 'state',
        message: `Devices are in use by pods that Tessera does not manage: ${listed(foreign)}. Move or delete these pods and try again.`,
      } as const);

/** True for a configuration of our table with instances of one profile; other configurations count as uniform. */
function isUniform(geometry: MigGeometry, config: string): boolean {
  const layout = migConfigLayout(geometry, config);
  return layout?.mig !== true || new Set(layout.instances.map(({ profile }) => profile)).size <= 1;
}

function beginning(node: NodeToRepartition, asked: string, now: number): RepartitionStep {
  const { labels, change } = node;
  const from = labels[MIG_MANAGER.config];
  const begun: Repartition = {
    config: asked,
    ...(from === undefined ? {} : { from }),
    phase: 'Draining',
    message: '',
    startedAt: now,
    since: now,
    cordoned: false,
    attempts: 0,
    deploy: {},
  };
  if (from === asked && labels[MIG_MANAGER.state] === 'success')
    return to({ ...begun, phase: 'Succeeded', message: 'The node already has this configuration.' });
  const refusal = refusalOf(node, asked);
  if (refusal !== undefined) {
    if (change?.phase === 'Refused' && change.config === asked && change.message === refusal.message)
      return {};
    return to({ ...begun, phase: 'Refused', message: refusal.message });
  }
  // A node that one of our failed changes left cordoned still has to be uncordoned by us.
  const cordoned = !node.cordoned || (change?.phase === 'Failed' && change.cordoned);
  return to({ ...begun, cordoned, message: leaving(node) }, {}, true);
}

function draining(
  node: NodeToRepartition,
  change: Repartition,
  timing: RepartitionTiming,
  now: number,
): RepartitionStep {
  const { asked, ours, labels } = node;
  if (asked !== change.config) return released(change, { change: null });
  const refusal = inUse(node);
  if (refusal !== undefined)
    return released(change, { change: moved(change, 'Refused', refusal.message, now) });
  if (ours.length === 0) {
    const deploy = Object.entries(labels).filter(
      ([name, value]) => name.startsWith(MIG_MANAGER.deploy) && value !== MIG_MANAGER.paused,
    );
    const applied = moved(
      { ...change, deploy: Object.fromEntries(deploy) },
      'Applying',
      `Requested ${change.config} from mig-manager`,
      now,
    );
    // mig-manager reacts to changes of the label only: to apply the current value again, another value is set first.
    return labels[MIG_MANAGER.config] === change.config
      ? away(node, applied, now)
      : to(applied, asking(change.config));
  }
  const message = leaving(node);
  if (now - change.since >= timing.drainMs) {
    const why = `The node was not drained within ${seconds(timing.drainMs)}: ${message}. It is uncordoned again; nothing was changed.`;
    return released(change, { change: moved(change, 'Failed', why, now) });
  }
  return message === change.message ? {} : to({ ...change, message });
}

function applying(
  node: NodeToRepartition,
  change: Repartition,
  timing: RepartitionTiming,
  now: number,
): RepartitionStep {
  const { labels } = node;
  if (labels[MIG_MANAGER.config] !== change.config)
    return failed(
      change,
      `Another client set ${MIG_MANAGER.config} to ${labels[MIG_MANAGER.config] ?? 'nothing'} during the change.`,
      now,
    );
  const state = labels[MIG_MANAGER.state];
  const paused = pausedParts(labels);
  if (state === 'failed') return backOrFailed(change, 'mig-manager reports failed', now);
  if (state === 'success' && paused.length === 0 && isShown(node, change.config))
    return released(change, {
      change: moved(change, 'Succeeded', `The node has the configuration ${change.config}.`, now),
    });
  const waited = now - change.since;
  if (state !== 'success' && paused.length > 0 && waited >= timing.stuckMs) {
    const why = `mig-manager has been ${state ?? 'silent'} for ${seconds(waited)} with ${paused.length} operator components paused`;
    if (change.attempts >= timing.attempts)
      return failed(change, `${why}, after ${change.attempts} attempts to recover it.`, now);
    return away(node, { ...change, message: why }, now);
  }
  if (waited >= timing.limitMs)
    return state === 'success'
      ? failed(change, `mig-manager reports success, but the node does not show ${change.config}.`, now)
      : backOrFailed(change, `mig-manager did not finish within ${seconds(timing.limitMs)}`, now);
  const message = progress(state, paused.length, change);
  return message === change.message ? {} : to({ ...change, message });
}

/** Sets the requested configuration again after another one was set for a moment, so that mig-manager sees a change. */
function recovering(
  { labels }: NodeToRepartition,
  change: Repartition,
  timing: RepartitionTiming,
  now: number,
): RepartitionStep {
  const state = labels[MIG_MANAGER.state];
  const settled = state === 'success' || state === 'failed';
  if (!settled && now - change.since < timing.awayMs) return {};
  const message = `Requested ${change.config} from mig-manager again`;
  return to(moved(change, 'Applying', message, now), {
    ...restored(labels, change),
    ...asking(change.config),
  });
}

function rollingBack(
  { labels }: NodeToRepartition,
  change: Repartition,
  timing: RepartitionTiming,
  now: number,
): RepartitionStep {
  const state = labels[MIG_MANAGER.state];
  if (state === 'success' && pausedParts(labels).length === 0)
    return released(change, {
      change: moved(
        change,
        'Failed',
        `${change.message}; the node was rolled back to ${change.from ?? ''}.`,
        now,
      ),
    });
  if (state === 'failed' || now - change.since >= timing.limitMs)
    return failed(change, `${change.message}; the rollback to ${change.from ?? ''} failed too.`, now);
  return {};
}

function away({ labels }: NodeToRepartition, change: Repartition, now: number): RepartitionStep {
  const other =
    change.from !== undefined && change.from !== change.config
      ? change.from
      : change.config === 'all-disabled'
        ? 'all-enabled'
        : 'all-disabled';
  const attempts = change.attempts + 1;
  const message = `${change.message}; setting ${MIG_MANAGER.config} to ${other} and back, attempt ${attempts}`;
  return to(moved({ ...change, attempts }, 'Recovering', message, now), {
    ...restored(labels, change),
    ...asking(other),
  });
}

function backOrFailed(change: Repartition, why: string, now: number): RepartitionStep {
  const { from, config } = change;
  if (from === undefined || from === config) return failed(change, `${why}.`, now);
  return to(moved(change, 'RollingBack', `${config}: ${why}`, now), asking(from));
}

/** The node stays cordoned: an operator has to inspect it. */
function failed(change: Repartition, why: string, now: number): RepartitionStep {
  return to(moved(change, 'Failed', `${why} The node stays cordoned.`, now));
}

/** Sets the label and removes mig-manager's last state, so that its next state is about this change. */
const asking = (config: string) => ({ [MIG_MANAGER.config]: config, [MIG_MANAGER.state]: null });

/** Restores the labels of the components that a stuck mig-manager left paused. */
const restored = (labels: NodeToRepartition['labels'], { deploy }: Repartition): Record<string, string> =>
  Object.fromEntries(pausedParts(labels).map((name) => [name, deploy[name] ?? 'true']));

const pausedParts = (labels: NodeToRepartition['labels']): readonly string[] =>
  Object.keys(labels).filter(
    (name) => name.startsWith(MIG_MANAGER.deploy) && labels[name] === MIG_MANAGER.paused,
  );

/**
 * True where the labels and the device plugin show the configuration, which takes some time after mig-manager's report.
 * For a configuration that is not in our table, mig-manager's report is the only evidence.
 */
function isShown({ labels, offered, device }: NodeToRepartition, config: string): boolean {
  const geometry = device && geometryOf(device.model, device.memoryMiB);
  const layout = geometry && migConfigLayout(geometry, config);
  if (layout === undefined) return true;
  const cut = labels[MIG_MANAGER.product]?.includes('-MIG-') ?? false;
  const some = Object.values(offered).some((count) => count > 0);
  if (!layout.mig) return !cut && !some;
  const profiles = layout.instances.map(({ profile }) => resourceSpelling(profile));
  if (labels[MIG_MANAGER.strategy] !== 'single') return profiles.every((name) => (offered[name] ?? 0) > 0);
  return profiles.every((name) => labels[MIG_MANAGER.product]?.endsWith(`-MIG-${name}`) === true);
}

const progress = (state: string | undefined, paused: number, { config, attempts }: Repartition): string =>
  state === 'success'
    ? `mig-manager has applied ${config}; the device plugin does not show it yet`
    : `mig-manager is ${state === undefined ? 'to apply' : `${state} with`} ${config}${paused === 0 ? '' : `, ${paused} operator components are paused`}${attempts === 0 ? '' : `, attempt ${attempts + 1}`}`;

const leaving = ({ ours }: NodeToRepartition): string =>
  ours.length === 0
    ? 'The node is free.'
    : `Waiting for ${ours.length} ${ours.length === 1 ? 'pod' : 'pods'} to leave: ${listed(
        ours.map(({ name, stays }) => (stays === undefined ? name : `${name} (${stays})`)),
      )}`;

/** Most names in a message. */
const MOST_REPORTED = 5;
const listed = (names: readonly string[]): string =>
  names.slice(0, MOST_REPORTED).join(', ') +
  (names.length > MOST_REPORTED ? ` and ${names.length - MOST_REPORTED} more` : '');

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

const moved = (change: Repartition, phase: RepartitionPhase, message: string, now: number): Repartition => ({
  ...change,
  phase,
  message,
  since: now,
});

const to = (change: Repartition, labels: NodePatch['labels'] = {}, cordoned?: boolean): RepartitionStep => ({
  patch: { labels, change, ...(cordoned === undefined ? {} : { cordoned }) },
});

/** Uncordons the node where we cordoned it. */
const released = (change: Repartition, { change: next }: Pick<NodePatch, 'change'>): RepartitionStep => ({
  patch: {
    labels: {},
    change: next === null ? null : { ...next, cordoned: false },
    ...(change.cordoned ? { cordoned: false } : {}),
  },
});
