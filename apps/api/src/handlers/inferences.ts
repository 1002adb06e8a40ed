import {
  createInference,
  createViolations,
  deleteInference,
  placeViolations,
  updateInference,
  type CreateOutcome,
  type SubmissionWorld,
} from '@tessera/application-submission';
import { ERRORS, UPDATABLE, type Inference } from '@tessera/contracts-rest';
import { nameTaken, type Violation } from '@tessera/domain-workload';
import { HttpError } from '@tessera/platform-http';
import { workloadOf, type Call, type Handlers } from '../http/call';
import { sentSpec, toCreateInference, toInference, toInferenceText } from '../wire/inference';
import { badRequest } from '../wire/violations';

type InferenceHandlers = Pick<
  Handlers,
  'create_inference1' | 'get_inference' | 'delete_inference' | 'update_inference_spec'
>;

/** Create, read and delete inferences. */
export function inferenceHandlers(world: SubmissionWorld): InferenceHandlers {
  return {
    create_inference1: async ({ body }, call) => {
      const request = toCreateInference(body, call.raw as Readonly<Record<string, unknown>>);
      const key = idempotencyKey(call);
      const idempotency = key && { key, bodyHash: call.bodyHash, answerOf: toInference };
      const outcome = await createInference(
        world,
        { ...request, ...(idempotency ? { idempotency } : {}) },
        call.caller,
      );
      return { status: 200, body: answerTo(outcome) };
    },
    get_inference: async (_input, call) => {
      const workload = workloadOf(call);
      if (workload.deletedAt !== undefined) throw new HttpError(404, ERRORS[404].message);
      return { status: 200, body: toInferenceText(workload) };
    },
    delete_inference: async ({ params }, { caller }) => {
      if ((await deleteInference(world, params.workloadId, caller)) === 'gone')
        throw new HttpError(404, ERRORS[404].message);
      return { status: 204 };
    },
    update_inference_spec: async ({ params }, { raw, caller }) => {
      const patch = sentSpec((raw as { spec?: unknown } | undefined)?.spec) ?? {};
      const fixed = Object.keys(patch).filter((name) => !(UPDATABLE as readonly string[]).includes(name));
      if (fixed.length > 0)
        throw badRequest(
          fixed.map((name) => ({ field: `spec.${name}`, message: 'cannot be changed after creation' })),
        );
      const outcome = await updateInference(world, params.workloadId, patch, caller);
      if (outcome.kind === 'gone') throw new HttpError(404, ERRORS[404].message);
      if (outcome.kind === 'invalid') throw badRequest(outcome.violations);
      return { status: 202, body: toInference(outcome.workload) };
    },
  };
}

function answerTo(outcome: CreateOutcome): Inference {
  switch (outcome.kind) {
    case 'created':
      return toInference(outcome.workload);
    case 'again':
      return outcome.answer as Inference;
    case 'invalid':
      throw badRequest(outcome.violations);
    case 'name-taken':
      throw new HttpError(409, nameTaken(outcome.name));
    case 'url-taken':
      throw new HttpError(
        409,
        `spec.exposedUrls: ${outcome.urls.map((url) => `'${url}'`).join(' or ')} is already in use by another workload of this cluster`,
      );
    case 'key-reused':
      throw new HttpError(422, ERRORS[422].message);
  }
}

const MAX_KEY = 255;

function idempotencyKey({ headers }: Call): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || key === '' || key.length > MAX_KEY)
    throw new HttpError(400, `Idempotency-Key must have 1 to ${MAX_KEY} characters.`);
  return key;
}

/**
 * Rules that the rest of a body breaks beside its shape. Fields whose shape is wrong are taken out first, and nothing is
 * said of them again.
 */
export async function moreCreateViolations(
  world: Pick<SubmissionWorld, 'directory'>,
  raw: unknown,
  found: readonly Violation[],
): Promise<readonly Violation[]> {
  const body = structuredClone(raw ?? {}) as Record<string, unknown>;
  for (const { field } of found)
    remove(
      body,
      field.split(/[.[\]]+/).filter((part) => part !== ''),
    );
  const text = (name: string): string => {
    const value = body[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const request = {
    name: text('name'),
    asPrefix: body['useGivenNameAsPrefix'] === true,
    projectId: text('projectId'),
    clusterId: text('clusterId'),
    spec: sentSpec(body['spec']),
  };
  const wrong = new Set(found.map(({ field }) => field));
  const violations = [...(await placeViolations(world, request)), ...createViolations(request)];
  return violations.filter(({ field }) => !wrong.has(field) && !isBelow(field, wrong));
}

const isBelow = (field: string, wrong: ReadonlySet<string>): boolean =>
  [...wrong].some((path) => field.startsWith(`${path}.`) || field.startsWith(`${path}[`));

function remove(target: Record<string, unknown>, path: readonly string[]): void {
  const [first = '', ...rest] = path;
  const value = target[first];
  if (rest.length === 0) {
    if (Array.isArray(target)) (target as unknown[])[Number(first)] = null;
    else delete target[first];
  } else if (typeof value === 'object' && value !== null) remove(value as Record<string, unknown>, rest);
}
