import { maybe } from '@tessera/kernel';
import { migConfigLayout, resourceSpelling } from '../configs';
import { geometryOf } from '../profiles';
import { asking, MIG_MANAGER, pausedParts, restored } from './labels';
import { leaving, progress, seconds } from './messages';
import { inUse, refusalOf } from './refusals';
import type { NodeToRepartition, Repartition, RepartitionTiming } from './repartition';
import { moved, released, type RepartitionStep, to } from './step';

/** Checks the request and, where nothing refuses it, cordons the node. */
export function beginning(node: NodeToRepartition, asked: string, now: number): RepartitionStep {
  const { labels, change } = node;
  const from = labels[MIG_MANAGER.config];
  const begun: Repartition = {
    config: asked,
    ...maybe('from', from),
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

/** Waits until our pods have left, then gives the request to mig-manager. */
export function draining(
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
  if (waitedMs(node, change, now) >= timing.drainMs) {
    const why = `The node was not drained within ${seconds(timing.drainMs)}: ${message}. It is uncordoned again; nothing was changed.`;
    return released(change, { change: moved(change, 'Failed', why, now) });
  }
  return message === change.message ? {} : to({ ...change, message });
}

/** Watches mig-manager until the node shows the configuration; recovers it where it is stuck. */
export function applying(
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
  const waited = waitedMs(node, change, now);
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
export function recovering(
  node: NodeToRepartition,
  change: Repartition,
  timing: RepartitionTiming,
  now: number,
): RepartitionStep {
  const { labels } = node;
  const state = labels[MIG_MANAGER.state];
  const settled = state === 'success' || state === 'failed';
  if (!settled && waitedMs(node, change, now) < timing.awayMs) return {};
  const message = `Requested ${change.config} from mig-manager again`;
  return to(moved(change, 'Applying', message, now), {
    ...restored(labels, change),
    ...asking(change.config),
  });
}

/** Waits until mig-manager has restored the previous configuration. */
export function rollingBack(
  node: NodeToRepartition,
  change: Repartition,
  timing: RepartitionTiming,
  now: number,
): RepartitionStep {
  const { labels } = node;
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
  if (state === 'failed' || waitedMs(node, change, now) >= timing.limitMs)
    return failed(change, `${change.message}; the rollback to ${change.from ?? ''} failed too.`, now);
  return {};
}

const waitedMs = (node: NodeToRepartition, change: Repartition, now: number): number =>
  node.waitedMs ?? now - change.since;

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
