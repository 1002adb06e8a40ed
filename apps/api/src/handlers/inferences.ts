import {
  createInference,
  deleteInference,
  updateInference,
  type CreateOutcome,
  type ControlPlaneDependencies,
} from '@tessera/application-control-plane';
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
        { caller: call.caller, operation: 'create_inference1', status: 200 },
      );
      return { status: 200, body: answerTo(outcome) };
    },
    get_inference: async (_input, call) => {
      const workload = workloadOf(call);
      if (workload.deletedAt !== undefined) throw new HttpError(404, ERRORS[404].message);
      return { status: 200, body: toInferenceText(workload) };
    },
    delete_inference: async ({ params }, { caller }) => {
      const audited = { caller, operation: 'delete_inference', status: 204 } as const;
      if ((await deleteInference(controlPlane, params.workloadId, audited)) === 'gone')
        throw new HttpError(404, ERRORS[404].message);
      return { status: 204 };
    },
    update_inference_spec: async ({ params }, { raw, caller }) => {
      const audited = { caller, operation: 'update_inference_spec', status: 202 } as const;
      const { patch, fixed: refused, unknown } = sentPatch(raw);
      const outcome = await updateInference(controlPlane, params.workloadId, patch, audited, {
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
      const violations = outcome.taken.map((one) => ({ field: one.field, message: addressConflict(one) }));
      throw conflict(violations);
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
