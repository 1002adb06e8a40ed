import {
  createInference,
  deleteInference,
  updateInference,
  type CreateOutcome,
  type ControlPlaneDependencies,
} from '@tessera/application-submission';
import { ERRORS, type Inference } from '@tessera/contracts-rest';
import { addressConflict, nameConflict } from '@tessera/domain-workload';
import { HttpError } from '@tessera/platform-http';
import { workloadOf, type Call, type Handlers } from '../http/call';
import { sentPatch, toCreateInference, toInference, toInferenceText } from '../wire/inference';
import { badRequest, conflict, refusedByGuardrails } from '../wire/violations';

type InferenceHandlers = Pick<
  Handlers,
  'create_inference1' | 'get_inference' | 'delete_inference' | 'update_inference_spec'
>;

/** Create, read and delete inferences. */
export function inferenceHandlers(controlPlane: ControlPlaneDependencies): InferenceHandlers {
  return {
    create_inference1: async ({ body }, call) => {
      const request = toCreateInference(body, call.raw as Readonly<Record<string, unknown>>);
      const key = idempotencyKey(call);
      const idempotency = key && { key, bodyHash: call.bodyHash, answerOf: toInference };
      const outcome = await createInference(
        controlPlane,
        { ...request, ...(idempotency ? { idempotency } : {}), signal: call.signal },
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
      if ((await deleteInference(controlPlane, params.workloadId, caller)) === 'gone')
        throw new HttpError(404, ERRORS[404].message);
      return { status: 204 };
    },
    update_inference_spec: async ({ params }, { raw, caller }) => {
      const { patch, fixed: refused, unknown } = sentPatch(raw);
      const outcome = await updateInference(controlPlane, params.workloadId, patch, caller, {
        refused,
        unknown,
      });
      if (outcome.kind === 'gone') throw new HttpError(404, ERRORS[404].message);
      if (outcome.kind === 'invalid') throw badRequest(outcome.violations);
      if (outcome.kind === 'refused') throw refusedByGuardrails(outcome.refusals);
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
    case 'refused':
      throw refusedByGuardrails(outcome.refusals);
    case 'name-taken':
      throw new HttpError(409, nameConflict(outcome.name));
    case 'address-taken': {
      const told = outcome.taken.map((one) => ({ field: one.field, message: addressConflict(one) }));
      throw conflict(told);
    }
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
