import type { Decoded } from '@tessera/contracts-events';
import { changesBy, differsFrom, gpuHours, hourOf, type AllocationChange } from '@tessera/domain-usage';
import { evidenceOf } from './evidence';
import type { UsageStore, UsageTransaction } from './ports';

/**
 * Records the statements of events about allocations. Events may arrive twice, late and out of order: the allocations
 * and hours after the last of them are the same. Stored hours that differ now are computed again.
 */
export async function recordUsage(store: UsageStore, records: readonly Decoded[]): Promise<void> {
  const evidence = evidenceOf(records);
  if (evidence.named.length === 0 && evidence.snapshots.length === 0) return;
  await store.transaction(async (tx) => {
    const inKnownClusters = await tx.saveWorkloads(evidence.workloads);
    const named = evidence.named.filter(({ workloadId }) => inKnownClusters.has(workloadId));
    const known = await tx.known(
      named.map(({ podId }) => podId),
      evidence.snapshots.map(({ workloadId }) => workloadId),
    );
    const changes = changesBy(known, { ...evidence, named });
    if (changes.length === 0) return;
    await tx.save(changes.map(({ after }) => after));
    await recompute(tx, changes);
  });
}

async function recompute(tx: UsageTransaction, changes: readonly AllocationChange[]): Promise<void> {
  const to = await tx.settledUntil();
  const staleFrom = new Map<string, number>();
  for (const change of changes) {
    const from = differsFrom(change);
    const { workloadId } = change.after;
    if (from !== undefined && from < to)
      staleFrom.set(workloadId, Math.min(staleFrom.get(workloadId) ?? Infinity, hourOf(from)));
  }
  for (const [workloadId, from] of staleFrom) {
    const period = { from, to };
    const rows = gpuHours(await tx.heldIn(period, workloadId), period);
    await tx.replaceHours(period, rows, workloadId);
  }
}

/** Stores the hours that have ended since the last time. Once more, or by several processes at once, it changes nothing. */
export async function settleUsage(store: UsageStore, now: number): Promise<void> {
  await store.transaction(async (tx) => {
    const period = { from: await tx.settledUntil(), to: hourOf(now) };
    if (period.to <= period.from) return;
    await tx.replaceHours(period, gpuHours(await tx.heldIn(period), period));
    await tx.settle(period.to);
  });
}
