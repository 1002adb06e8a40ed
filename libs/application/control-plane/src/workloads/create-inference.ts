import {
  claimsOf,
  nameFromPrefix,
  SUFFIX_LENGTH,
  type Address,
  type IgnoredField,
  type Leaving,
  type GuardrailRefusal,
  type Violation,
} from '@tessera/domain-workload';
import type { ApplyCommand } from '@tessera/contracts-events';
import { exposedHost } from '@tessera/contracts-kubernetes/exposed-host';
import { maybe } from '@tessera/kernel';
import { applyCommandOf, applyMessages } from './messages';
import type { CreateInference, Idempotency } from './create-request';
import type { AuditedCall, Caller } from '../access/caller';
import type { HistoryEntry, ProjectPlace, WorkloadRecord } from './model';
import type { Creation, StoreOutcome, ControlPlaneDependencies } from './ports';
import { prepareWorkload, type PreparedWorkload } from './prepare-workload';
import { noticeEvents, unknownVolumes } from './references';
import { requestViolations } from './request-violations';

export type CreateOutcome =
  | { readonly kind: 'created'; readonly workload: WorkloadRecord }
  /** The same request came before; this was its answer. */
  | { readonly kind: 'again'; readonly answer: object }
  | { readonly kind: 'invalid'; readonly violations: readonly Violation[] }
  | { readonly kind: 'refused'; readonly refusals: readonly GuardrailRefusal[] }
  | {
      readonly kind: 'name-conflict';
      readonly name: string;
      /** Set while the workload of that name is being deleted. */
      readonly leaving?: Leaving;
    }
  /** Existing workloads of the cluster have these addresses. */
  | { readonly kind: 'address-conflict'; readonly conflicts: readonly Address[] }
  | { readonly kind: 'key-reused' };

/** Attempts to find a free suffix; 36^5 are possible, so one is nearly always enough. */
const NAME_TRIES = 5;
/** How long the answer to an Idempotency-Key is stored, ms. */
export const ANSWER_TTL_MS = 24 * 3600_000;

/**
 * Creates an inference: its row, its first history entries, an event per ignored field, the command for the cluster and
 * the event are written in one transaction, or nothing is. The caller's right to the project is checked before.
 */
export async function createInference(
  dependencies: ControlPlaneDependencies,
  request: CreateInference,
  call: AuditedCall,
): Promise<CreateOutcome> {
  const { idempotency } = request;
  if (idempotency !== undefined) {
    const again = await answerAgain(dependencies, call, idempotency);
    if (again !== undefined) return again;
  }
  for (;;) {
    const outcome = await createFromCache(dependencies, request, call);
    if (outcome !== 'outdated') return outcome;
    dependencies.directory.forgetProject(request.projectId);
  }
}

/** One attempt with the cached data of the project; returns outdated if that is stale. */
async function createFromCache(
  dependencies: ControlPlaneDependencies,
  request: CreateInference,
  call: AuditedCall,
): Promise<CreateOutcome | 'outdated'> {
  const now = new Date(dependencies.clock.now()).toISOString();
  const { idempotency } = request;
  const project = await dependencies.directory.project(request.projectId);
  const violations = await requestViolations(dependencies, request);
  if (project === undefined || violations.length > 0) return { kind: 'invalid', violations };
  const prepared = await prepareWorkload(dependencies, project, request.spec ?? {}, 'cached');
  if (prepared.kind !== 'prepared') return prepared;
  const wanted = { request, project, prepared: prepared.workload };
  for (let attempt = 1; ; attempt += 1) {
    const name = request.asPrefix
      ? nameFromPrefix(request.name, dependencies.newSuffix(SUFFIX_LENGTH))
      : request.name;
    const workload = newWorkload(dependencies.newId(), name, wanted, call.caller, now);
    const outcome = await store(dependencies, workload, wanted, call, now);
    if (outcome === 'stored') return { kind: 'created', workload };
    if (outcome === 'assets-changed') return 'outdated';
    // The same request may have been sent twice at once: the other one has the key, and with it the name and the
    // addresses.
    const again = idempotency && (await answerAgain(dependencies, call, idempotency));
    if (again !== undefined) return again;
    if (outcome === 'key-conflict') return { kind: 'key-reused' };
    if (typeof outcome === 'object') return { kind: 'address-conflict', conflicts: outcome.conflicts };
    if (!request.asPrefix || attempt === NAME_TRIES) return nameConflict(dependencies, project.id, name);
  }
}

/** The advice to the caller depends on whether the other workload is being deleted. */
async function nameConflict(
  { store }: Pick<ControlPlaneDependencies, 'store'>,
  projectId: string,
  name: string,
): Promise<CreateOutcome> {
  const other = await store.namesake(projectId, name);
  if (other?.desiredPhase !== 'Deleted') return { kind: 'name-conflict', name };
  return {
    kind: 'name-conflict',
    name,
    leaving: { since: other.phaseUpdatedAt, message: other.phaseMessage },
  };
}

/** Id of a workload that is never stored: the same request gives the same answer. */
const PREVIEW_ID = '00000000-0000-4000-8000-000000000001';

export type CommandPreview =
  | {
      readonly kind: 'valid';
      readonly command: ApplyCommand;
      /** Replicas that the workload would start with. */
      readonly replicas: number;
    }
  | { readonly kind: 'invalid'; readonly violations: readonly Violation[] }
  | { readonly kind: 'refused'; readonly refusals: readonly GuardrailRefusal[] };

/** The command that a request would produce, by the same rules as {@link createInference}; writes nothing. */
export async function previewInference(
  dependencies: ControlPlaneDependencies,
  request: CreateInference,
  caller: Caller,
): Promise<CommandPreview> {
  const project = await dependencies.directory.project(request.projectId);
  const violations = await requestViolations(dependencies, request);
  if (project === undefined || violations.length > 0) return { kind: 'invalid', violations };
  const prepared = await prepareWorkload(dependencies, project, request.spec ?? {}, 'read');
  if (prepared.kind !== 'prepared') return prepared;
  const now = new Date(dependencies.clock.now()).toISOString();
  const wanted = { request, project, prepared: prepared.workload };
  const workload = newWorkload(PREVIEW_ID, request.name, wanted, caller, now);
  const replicas = prepared.workload.compiled.intent.scaling.initialReplicas;
  return { kind: 'valid', command: applyCommandOf(workload, prepared.workload), replicas };
}

async function answerAgain(
  dependencies: ControlPlaneDependencies,
  call: AuditedCall,
  { key, bodyHash }: Idempotency,
): Promise<CreateOutcome | undefined> {
  const since = new Date(dependencies.clock.now() - ANSWER_TTL_MS).toISOString();
  const stored = await dependencies.store.storedAnswer(call.caller.subjectId, key, since);
  if (stored === undefined) return undefined;
  if (stored.bodyHash !== bodyHash) return { kind: 'key-reused' };
  // Nothing changes, yet a change was requested and confirmed, so the call is audited.
  const { workloadId } = stored.answer as { readonly workloadId?: string };
  const entry = { ...call, target: workloadId ?? '' };
  await dependencies.store.transaction((tx) =>
    tx.audit({ at: new Date(dependencies.clock.now()).toISOString(), ...entry }),
  );
  return { kind: 'again', answer: stored.answer };
}

/** A validated request with everything derived from it and its project. */
interface Wanted {
  readonly request: CreateInference;
  readonly project: ProjectPlace;
  readonly prepared: PreparedWorkload;
}

function newWorkload(
  id: string,
  name: string,
  { request, project, prepared }: Wanted,
  caller: Caller,
  now: string,
): WorkloadRecord {
  return {
    id,
    name,
    requestedName: request.name,
    project,
    createdBy: caller.name,
    createdAt: now,
    updatedAt: now,
    generation: 1,
    desiredPhase: 'Running',
    phase: 'Creating',
    phaseMessage: '',
    phaseUpdatedAt: now,
    spec: request.spec,
    effectiveSpec: prepared.effective,
    summary: prepared.summary,
    observed: {
      sequence: 0,
      desiredReplicas: 0,
      readyReplicas: 0,
      conditions: [],
      urls: [],
      allocatedMilliGpu: 0,
      allocatedGpuMiB: 0,
      nodePools: [],
    },
    sequence: 2,
  };
}

function store(
  dependencies: ControlPlaneDependencies,
  workload: WorkloadRecord,
  wanted: Wanted,
  call: AuditedCall,
  now: string,
): Promise<StoreOutcome> {
  const { topicPrefix, newId } = dependencies;
  const { caller } = call;
  const { request, project, prepared } = wanted;
  const { effective, references, assetsVersion, compiled } = prepared;
  const { idempotency, signal } = request;
  const ignoredFields = [...compiled.ignoredFields, ...ignoredUnknownFields(request.unknown)];
  const notices = unknownVolumes(effective, references, project);
  const context = { topicPrefix, newId, now, traceparent: caller.traceparent };
  const creation = {
    workload,
    history: [
      ...firstHistory(dependencies, workload, ignoredFields, now),
      ...noticeEvents(dependencies, workload, notices, now),
    ],
    records: applyMessages({ ...workload, sequence: 0 }, { name: 'created' }, context, prepared),
    audit: { ...call, at: now, target: workload.id },
    addresses: claimsOf(workload.effectiveSpec, hostsOf(dependencies, workload)),
    ...maybe('assetsVersion', assetsVersion),
    ...(idempotency === undefined ? {} : { storeAnswer: storedAnswer(idempotency, workload, caller) }),
  };
  return dependencies.store.create(creation, signal);
}

/** The hosts that the cluster creates for a workload below the base of exposed URLs; none without a base. */
const hostsOf =
  (
    { guardrails: { hosts } }: Pick<ControlPlaneDependencies, 'guardrails'>,
    { name, project }: WorkloadRecord,
  ) =>
  (container: number): string | undefined =>
    hosts.base === undefined
      ? undefined
      : exposedHost({ name, projectName: project.name }, container, hosts.base);

const storedAnswer = (
  { key, bodyHash, answerOf }: Idempotency,
  workload: WorkloadRecord,
  { subjectId }: Caller,
): NonNullable<Creation['storeAnswer']> => ({
  subjectId,
  key,
  answer: { bodyHash, answer: answerOf(workload) },
});

export const ignoredUnknownFields = (fields: readonly string[] = []): readonly IgnoredField[] =>
  fields.map((field) => ({ field, reason: 'there is no such field' }));

/** The creation, and one event for each ignored field. */
export function firstHistory(
  dependencies: Pick<ControlPlaneDependencies, 'newId'>,
  workload: WorkloadRecord,
  ignoredFields: readonly IgnoredField[],
  now: string,
): readonly HistoryEntry[] {
  const base = () => ({ id: dependencies.newId(), workloadId: workload.id, createdAt: now });
  return [
    { ...base(), kind: 'phase', phase: 'Creating', message: '' },
    ...ignoredFieldEvents(dependencies, workload, ignoredFields, now),
  ];
}

export const ignoredFieldEvents = (
  dependencies: Pick<ControlPlaneDependencies, 'newId'>,
  workload: WorkloadRecord,
  ignoredFields: readonly IgnoredField[],
  now: string,
): readonly HistoryEntry[] =>
  noticeEvents(
    dependencies,
    workload,
    ignoredFields.map(({ field, reason }) => ({
      reason: 'FieldIgnored',
      message: `${field} is ignored: ${reason}`,
    })),
    now,
  );
