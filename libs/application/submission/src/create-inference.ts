import {
  nameFromPrefix,
  nameViolations,
  specViolations,
  SUFFIX_LENGTH,
  toIntent,
  type Omission,
  type Realisation,
  type Violation,
} from '@tessera/domain-workload';
import type { ApplyCommand } from '@tessera/contracts-events';
import { applyCommandOf, applyMessages } from './messages';
import type { Caller, HistoryEntry, ProjectPlace, SpecJson, WorkloadRecord } from './model';
import { mergeDefaults } from './policy';
import type { Creation, StoreOutcome, SubmissionWorld } from './ports';
import { summarise } from './summary';

/** A request to create an inference, of the right shape. */
export interface CreateInference {
  readonly name: string;
  readonly asPrefix: boolean;
  readonly projectId: string;
  readonly clusterId: string;
  readonly templateId?: string;
  readonly spec: SpecJson | null;
  /** Set when the client may send the same request again. */
  readonly idempotency?: Idempotency;
}

export interface Idempotency {
  readonly key: string;
  readonly bodyHash: string;
  /** How the answer is written, so that it can be kept and given again. */
  readonly answerOf: (workload: WorkloadRecord) => object;
}

export type CreateOutcome =
  | { readonly kind: 'created'; readonly workload: WorkloadRecord }
  /** The same request came before; this was its answer. */
  | { readonly kind: 'again'; readonly answer: object }
  | { readonly kind: 'invalid'; readonly violations: readonly Violation[] }
  | { readonly kind: 'name-taken'; readonly name: string }
  /** One of these is in use by another workload of the cluster. */
  | { readonly kind: 'url-taken'; readonly urls: readonly string[] }
  | { readonly kind: 'key-reused' };

/** Tries to find a free suffix; 36^5 are possible, so one is nearly always enough. */
const NAME_TRIES = 5;
const KEPT_MS = 24 * 3600_000;

/** The rules of a request, all at once, but for what only the organisation knows. */
export function createViolations(request: CreateInference): readonly Violation[] {
  return [
    ...nameViolations(request.name, request.asPrefix),
    ...(request.templateId === undefined
      ? []
      : [{ field: 'templateId', message: 'there is no such template' }]),
    ...specViolations(request.spec),
  ];
}

/**
 * Creates an inference: its row, the start of its history, an event per field left out, the command for the cluster and
 * the fact are written in one transaction, or nothing is. The caller's right to the project is checked before.
 */
export async function createInference(
  world: SubmissionWorld,
  request: CreateInference,
  caller: Caller,
): Promise<CreateOutcome> {
  const now = new Date(world.clock.now()).toISOString();
  const { idempotency } = request;
  if (idempotency !== undefined) {
    const again = await answerAgain(world, caller, idempotency);
    if (again !== undefined) return again;
  }
  const project = await world.directory.project(request.projectId);
  const violations = [...(await placeViolations(world, request)), ...createViolations(request)];
  if (project === undefined || violations.length > 0) return { kind: 'invalid', violations };
  const defaults = await world.directory.inferenceDefaults(project.id);
  const effective = mergeDefaults(request.spec ?? {}, defaults);
  const realisation = toIntent(effective);
  const wanted = { request, project, effective, realisation };
  for (let attempt = 1; ; attempt += 1) {
    const name = request.asPrefix
      ? nameFromPrefix(request.name, world.newSuffix(SUFFIX_LENGTH))
      : request.name;
    const workload = newWorkload(world.newId(), name, wanted, caller, now);
    const outcome = await store(world, workload, realisation.omissions, caller, now, idempotency);
    if (outcome === 'stored') return { kind: 'created', workload };
    if (outcome === 'url-taken') return { kind: 'url-taken', urls: urlsOf(realisation) };
    if (outcome === 'key-taken' && idempotency !== undefined)
      return (await answerAgain(world, caller, idempotency)) ?? { kind: 'key-reused' };
    if (!request.asPrefix || attempt === NAME_TRIES) return { kind: 'name-taken', name };
  }
}

const urlsOf = ({ intent }: Realisation): readonly string[] =>
  intent.network.exposedUrls.flatMap(({ url }) => url ?? []);

/** Of a workload that never is: the same question has the same answer. */
const PREVIEW_ID = '00000000-0000-4000-8000-000000000001';

export type CommandPreview =
  | { readonly kind: 'valid'; readonly command: ApplyCommand }
  | { readonly kind: 'invalid'; readonly violations: readonly Violation[] };

/** The command that a request would become, by the same rules as {@link createInference}; nothing is written. */
export async function previewInference(
  world: SubmissionWorld,
  request: CreateInference,
  caller: Caller,
): Promise<CommandPreview> {
  const project = await world.directory.project(request.projectId);
  const violations = [...(await placeViolations(world, request)), ...createViolations(request)];
  if (project === undefined || violations.length > 0) return { kind: 'invalid', violations };
  const defaults = await world.directory.inferenceDefaults(project.id);
  const effective = mergeDefaults(request.spec ?? {}, defaults);
  const now = new Date(world.clock.now()).toISOString();
  const wanted = { request, project, effective, realisation: toIntent(effective) };
  const workload = newWorkload(PREVIEW_ID, request.name, wanted, caller, now);
  return { kind: 'valid', command: applyCommandOf(workload) };
}

async function answerAgain(
  world: SubmissionWorld,
  caller: Caller,
  { key, bodyHash }: Idempotency,
): Promise<CreateOutcome | undefined> {
  const since = new Date(world.clock.now() - KEPT_MS).toISOString();
  const kept = await world.store.kept(caller.subjectId, key, since);
  if (kept === undefined) return undefined;
  return kept.bodyHash === bodyHash ? { kind: 'again', answer: kept.answer } : { kind: 'key-reused' };
}

/** What a request says of project and cluster, against the organisation. An empty id says nothing. */
export async function placeViolations(
  world: Pick<SubmissionWorld, 'directory'>,
  { projectId, clusterId }: Pick<CreateInference, 'projectId' | 'clusterId'>,
): Promise<readonly Violation[]> {
  const project = projectId === '' ? undefined : await world.directory.project(projectId);
  const found: Violation[] = [];
  if (project === undefined && projectId !== '')
    found.push({ field: 'projectId', message: `there is no project ${projectId}` });
  if (clusterId === '' || project?.clusterId === clusterId) return found;
  if (!(await world.directory.clusterExists(clusterId)))
    found.push({ field: 'clusterId', message: `there is no cluster ${clusterId}` });
  else if (project !== undefined)
    found.push({ field: 'clusterId', message: `project ${project.id} is not on cluster ${clusterId}` });
  return found;
}

/** A checked request, with what follows from it and from its project. */
interface Wanted {
  readonly request: CreateInference;
  readonly project: ProjectPlace;
  readonly effective: SpecJson;
  readonly realisation: Realisation;
}

function newWorkload(
  id: string,
  name: string,
  { request, project, effective, realisation }: Wanted,
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
    effectiveSpec: effective,
    summary: summarise(effective, project.defaultNodePools, realisation),
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
  world: SubmissionWorld,
  workload: WorkloadRecord,
  omissions: readonly Omission[],
  caller: Caller,
  now: string,
  idempotency: CreateInference['idempotency'],
): Promise<StoreOutcome> {
  const { topicPrefix, newId } = world;
  const telling = { topicPrefix, newId, now, traceparent: caller.traceparent };
  return world.store.create({
    workload,
    history: firstHistory(world, workload, omissions, now),
    records: applyMessages({ ...workload, sequence: 0 }, { name: 'created' }, telling),
    audit: { at: now, caller, operation: 'create_inference1', target: workload.id, status: 200 },
    ...(idempotency === undefined ? {} : { keep: keptAnswer(idempotency, workload, caller) }),
  });
}

const keptAnswer = (
  { key, bodyHash, answerOf }: Idempotency,
  workload: WorkloadRecord,
  { subjectId }: Caller,
): NonNullable<Creation['keep']> => ({ subjectId, key, answer: { bodyHash, answer: answerOf(workload) } });

/** Creating, and one event for each field that was left out. */
export function firstHistory(
  world: Pick<SubmissionWorld, 'newId'>,
  workload: WorkloadRecord,
  omissions: readonly Omission[],
  now: string,
): readonly HistoryEntry[] {
  const base = () => ({ id: world.newId(), workloadId: workload.id, createdAt: now });
  return [
    { ...base(), kind: 'phase', phase: 'Creating', message: '' },
    ...omissionEvents(world, workload, omissions, now),
  ];
}

export const omissionEvents = (
  world: Pick<SubmissionWorld, 'newId'>,
  workload: WorkloadRecord,
  omissions: readonly Omission[],
  now: string,
): readonly HistoryEntry[] =>
  omissions.map(({ field, reason }) => ({
    id: world.newId(),
    workloadId: workload.id,
    createdAt: now,
    kind: 'event',
    type: 'Normal',
    reason: 'FieldIgnored',
    message: `${field} is ignored: ${reason}`,
    source: 'tessera-api',
    involved: { uid: workload.id, kind: 'Inference', name: workload.name },
  }));
