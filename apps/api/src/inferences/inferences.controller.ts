import { Controller, Inject } from '@nestjs/common';
import {
  createInference,
  deleteInference,
  updateInference,
  type ControlPlaneDependencies,
  type CreateOutcome,
} from '@tessera/application-control-plane';
import { ERRORS, type Inference, type Input } from '@tessera/contracts-rest';
import { addressConflict, nameConflict, nameOfLeaving } from '@tessera/domain-workload';
import { HttpError } from '@tessera/platform-http';
import { workloadOf, type Call, type Reply } from '../http/call';
import { Operation } from '../http/operation';
import { CONTROL_PLANE } from '../providers';
import { sentPatch, toCreateInference, toInference, toInferenceText } from './inference-body';
import { badRequest, conflict, refusedByGuardrails } from '../http/filters/violations';

/** Create, read, change and delete inferences. */
@Controller()
export class InferencesController {
  constructor(@Inject(CONTROL_PLANE) private readonly controlPlane: ControlPlaneDependencies) {}

  @Operation('create_inference1')
  async create({ body }: Input<'create_inference1'>, call: Call): Reply<'create_inference1'> {
    const request = toCreateInference(body, call.raw as Readonly<Record<string, unknown>>);
    const key = idempotencyKey(call);
    const idempotency = key && { key, bodyHash: call.bodyHash, answerOf: toInference };
    const outcome = await createInference(
      this.controlPlane,
      { ...request, ...(idempotency ? { idempotency } : {}), signal: call.limit },
      { caller: call.caller, operation: 'create_inference1', status: 200 },
    );
    return { status: 200, body: answerTo(outcome) };
  }

  @Operation('get_inference')
  async get(_input: Input<'get_inference'>, call: Call): Reply<'get_inference'> {
    const workload = workloadOf(call);
    if (workload.deletedAt !== undefined) throw new HttpError(404, ERRORS[404].message);
    return { status: 200, body: toInferenceText(workload) };
  }

  @Operation('delete_inference')
  async delete({ params }: Input<'delete_inference'>, { caller }: Call): Reply<'delete_inference'> {
    const audited = { caller, operation: 'delete_inference', status: 204 } as const;
    if ((await deleteInference(this.controlPlane, params.workloadId, audited)) === 'not-found')
      throw new HttpError(404, ERRORS[404].message);
    return { status: 204 };
  }

  @Operation('update_inference_spec')
  async update(
    { params }: Input<'update_inference_spec'>,
    { raw, caller }: Call,
  ): Reply<'update_inference_spec'> {
    const audited = { caller, operation: 'update_inference_spec', status: 202 } as const;
    const { patch, fixed: refused, unknown } = sentPatch(raw);
    const outcome = await updateInference(this.controlPlane, params.workloadId, patch, audited, {
      refused,
      unknown,
    });
    if (outcome.kind === 'not-found') throw new HttpError(404, ERRORS[404].message);
    if (outcome.kind === 'invalid') throw badRequest(outcome.violations);
    if (outcome.kind === 'refused') throw refusedByGuardrails(outcome.refusals);
    return { status: 202, body: toInference(outcome.workload) };
  }
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
    case 'name-conflict':
      throw new HttpError(
        409,
        nameConflict(outcome.name),
        outcome.leaving === undefined ? undefined : nameOfLeaving(outcome.leaving),
      );
    case 'address-conflict': {
      const violations = outcome.conflicts.map((one) => ({
        field: one.field,
        message: addressConflict(one),
      }));
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
