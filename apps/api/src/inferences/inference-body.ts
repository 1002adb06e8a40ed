import {
  BODY,
  InferenceSpec,
  unknownFields,
  UPDATABLE,
  type Inference,
  type InferenceCreationRequest,
} from '@tessera/contracts-rest';
import type { CreateInference, SpecJson, ReadWorkload } from '@tessera/application-control-plane';
import type { Violation } from '@tessera/domain-workload';
import { JsonText } from '../http/json-text';
import { badRequest } from '../http/filters/violations';

type Reported = Omit<ReadWorkload, 'specText'>;

/** A stored workload as an inference of the API: the spec is the one that was sent. */
export const toInference = (workload: Reported): Inference => ({
  ...toInferenceHead(workload),
  ...(workload.spec === null ? {} : { spec: workload.spec as Inference['spec'] }),
});

/** The same as JSON, with the text of the spec as it is stored. */
export function toInferenceText(workload: ReadWorkload): JsonText<Inference> {
  const head = JSON.stringify(toInferenceHead(workload));
  return new JsonText(
    workload.specText === null ? head : `${head.slice(0, -1)},"spec":${workload.specText}}`,
  );
}

const toInferenceHead = (workload: Reported): Omit<Inference, 'spec'> => ({
  name: workload.name,
  requestedName: workload.requestedName,
  workloadId: workload.id,
  projectId: workload.project.id,
  departmentId: workload.project.departmentId,
  clusterId: workload.project.clusterId,
  createdBy: workload.createdBy,
  createdAt: workload.createdAt,
  desiredPhase: workload.desiredPhase,
  actualPhase: workload.phase,
});

/** A request of the right shape as the use case expects it. The spec is the one in `raw`, unknown fields included. */
export const toCreateInference = (
  body: Pick<
    InferenceCreationRequest,
    'name' | 'useGivenNameAsPrefix' | 'projectId' | 'clusterId' | 'templateId'
  >,
  raw: SpecJson,
): CreateInference => ({
  name: body.name,
  asPrefix: body.useGivenNameAsPrefix === true,
  projectId: body.projectId,
  clusterId: body.clusterId.toLowerCase(),
  ...(body.templateId ? { templateId: body.templateId } : {}),
  spec: sentSpec(raw['spec']),
  unknown: unknownIn(raw['spec']),
});

/** Paths of the unknown fields of a spec. Throws 400 where there are more than it may have. */
function unknownIn(spec: unknown): readonly string[] {
  const found = unknownFields(InferenceSpec, spec, 'spec');
  if (found.length <= BODY.unknownFields) return found;
  throw badRequest([
    { field: 'spec', message: `has more than ${BODY.unknownFields} fields that are not part of the API` },
  ]);
}

/** The spec as sent; only the quantities of extended resources become strings. */
export function sentSpec(spec: unknown): SpecJson | null {
  if (!isObject(spec)) return null;
  const compute = spec['compute'];
  if (!isObject(compute) || !Array.isArray(compute['extendedResources'])) return spec;
  const extendedResources = (compute['extendedResources'] as unknown[]).map((item) =>
    isObject(item) && typeof item['quantity'] === 'number'
      ? { ...item, quantity: String(item['quantity']) }
      : item,
  );
  return { ...spec, compute: { ...compute, extendedResources } };
}

/** The changes of a spec that a PATCH requests, and those that no PATCH can make. */
export function sentPatch(raw: unknown): {
  readonly patch: SpecJson;
  readonly fixed: readonly Violation[];
  readonly unknown: readonly string[];
} {
  const { spec, ...others } = isObject(raw) ? raw : {};
  const sent = Object.entries(sentSpec(spec) ?? {});
  const isUpdatable = (name: string): boolean => (UPDATABLE as readonly string[]).includes(name);
  const fixed = [
    ...Object.keys(others),
    ...sent.flatMap(([name]) => (isUpdatable(name) ? [] : [`spec.${name}`])),
  ];
  const patch = Object.fromEntries(sent.filter(([name]) => isUpdatable(name)));
  return {
    patch,
    unknown: unknownIn(patch),
    fixed: fixed.map((field) => ({ field, message: 'cannot be changed after creation' })),
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
