import { isDeepStrictEqual } from 'node:util';
import { specViolations, type GuardrailRefusal, type Violation } from '@tessera/domain-workload';
import { compileSpec } from './compile';
import { ignoredFieldEvents, ignoredUnknownFields } from './create-inference';
import { applyMessages } from './messages';
import type { AuditedCall } from '../access/caller';
import type { SpecJson, WorkloadRecord } from './model';
import type { ControlPlaneDependencies } from './ports';
import { prepareWorkload, type PreparedWorkload } from './prepare-workload';
import { noticeEvents, unknownVolumes } from './references';

export type UpdateOutcome =
  | { readonly kind: 'updated'; readonly workload: WorkloadRecord }
  | { readonly kind: 'invalid'; readonly violations: readonly Violation[] }
  | { readonly kind: 'refused'; readonly refusals: readonly GuardrailRefusal[] }
  | { readonly kind: 'not-found' };

/** Findings about a patch, beside its changes. */
export interface SentPatch {
  /** Violations of the patch itself, reported together with the rules that the result breaks. */
  readonly refused?: readonly Violation[];
  /** Unknown fields: stored, and reported as ignored. */
  readonly unknown?: readonly string[];
}

/**
 * Changes the spec of an inference: a new generation, and so a new revision on the cluster. Objects are merged field by
 * field, lists are replaced, null removes a field (RFC 7396). The last change wins; a change without effect creates no
 * revision.
 */
export async function updateInference(
  dependencies: ControlPlaneDependencies,
  workloadId: string,
  patch: SpecJson,
  call: AuditedCall,
  { refused = [], unknown = [] }: SentPatch = {},
): Promise<UpdateOutcome> {
  const now = new Date(dependencies.clock.now()).toISOString();
  const { guardrails, specSettings } = dependencies;
  return dependencies.store.transaction(async (tx) => {
    const workload = await tx.lock(workloadId);
    if (workload === undefined || workload.desiredPhase === 'Deleted') return { kind: 'not-found' };
    const spec = mergePatch(workload.spec ?? {}, patch);
    const violations = [...refused, ...specViolations(spec, specSettings)];
    if (violations.length > 0) return { kind: 'invalid', violations };
    // Uses the transaction's own connection: waiting for another one while holding this one can block the whole pool.
    const preparation = await prepareWorkload(
      { directory: tx.directory, guardrails, specSettings },
      workload.project,
      spec,
      'read',
    );
    if (preparation.kind !== 'prepared') return preparation;
    const prepared = preparation.workload;
    await tx.audit({ ...call, at: now, target: workloadId });
    if (isDeepStrictEqual([spec, prepared.effective], [workload.spec, workload.effectiveSpec]))
      return { kind: 'updated', workload };
    const next = changed(workload, spec, prepared, now);
    await tx.save(next);
    const before = compileSpec(dependencies, workload.effectiveSpec);
    const known = new Set(before.ignoredFields.map(({ field }) => field));
    const fresh = prepared.compiled.ignoredFields.filter(({ field }) => !known.has(field));
    await tx.append(
      ignoredFieldEvents(dependencies, next, [...fresh, ...ignoredUnknownFields(unknown)], now),
    );
    const { topicPrefix, newId } = dependencies;
    const context = { topicPrefix, newId, now, traceparent: call.caller.traceparent };
    const change = { name: 'updated', by: call.caller.name } as const;
    const notices = unknownVolumes(prepared.effective, prepared.references, next.project);
    await tx.append(noticeEvents(dependencies, next, notices, now));
    await tx.publish(applyMessages({ ...next, sequence: workload.sequence }, change, context, prepared));
    await tx.addRevision(next);
    return { kind: 'updated', workload: next };
  });
}

const changed = (
  workload: WorkloadRecord,
  spec: SpecJson,
  { effective, summary }: PreparedWorkload,
  now: string,
): WorkloadRecord => ({
  ...workload,
  spec,
  effectiveSpec: effective,
  summary,
  generation: workload.generation + 1,
  updatedAt: now,
  sequence: workload.sequence + 2,
});

/** JSON merge patch. */
export function mergePatch(target: SpecJson, patch: SpecJson): SpecJson {
  const merged: Record<string, unknown> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    const current = merged[key];
    if (value === null) delete merged[key];
    else merged[key] = isObject(value) ? mergePatch(isObject(current) ? current : {}, value) : value;
  }
  return merged;
}

const isObject = (value: unknown): value is SpecJson =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
