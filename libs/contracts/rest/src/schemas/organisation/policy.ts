import { z } from 'zod';
import { GuardrailOverrides } from '@tessera/contracts-kubernetes';
import { ITEMS, LENGTH } from '../bounds';
import { anyText, DateTime, OrgId } from '../primitives';

const NamedValue = (longest: number) =>
  z.looseObject({ name: z.string().min(1).max(LENGTH.name), value: anyText(undefined, longest) });
const Variable = NamedValue(LENGTH.value);
const Annotation = NamedValue(LENGTH.annotation);
const Label = NamedValue(LENGTH.name);
const Extended = z.looseObject({
  resource: z.string().min(1).max(LENGTH.name),
  quantity: z.string().min(1).max(LENGTH.quantity),
});
const defaults = z.looseObject({
  environmentVariables: z.array(Variable).max(ITEMS.variables).nullish(),
  annotations: z.array(Annotation).max(ITEMS.annotations).nullish(),
  labels: z.array(Label).max(ITEMS.labels).nullish(),
  compute: z
    .looseObject({ extendedResources: z.array(Extended).max(ITEMS.extendedResources).nullish() })
    .nullish(),
});
const instances = <const S extends z.ZodType>(item: S, most: number) =>
  z.looseObject({ instances: z.array(item.nullable()).max(most).nullish() }).nullish();
/** Defaults in the form of the reference: each list is in `instances`. */
const policyDefaults = z.looseObject({
  environmentVariables: instances(Variable, ITEMS.variables),
  annotations: instances(Annotation, ITEMS.annotations),
  labels: instances(Label, ITEMS.labels),
  compute: z.looseObject({ extendedResources: instances(Extended, ITEMS.extendedResources) }).nullish(),
});
/** Addition of Tessera: what the workloads of one project may request. */
const Guardrails = GuardrailOverrides.meta({ id: 'GuardrailOverrides' });
/** Default values for every inference of a project. */
export const InferencePolicyRequest = z
  .looseObject({
    meta: z.looseObject({
      scope: z.literal('project'),
      projectId: OrgId,
      name: z.string().min(1).max(LENGTH.name).nullish(),
    }),
    policy: z
      .looseObject({
        defaults: policyDefaults.nullish(),
        rules: z.unknown().optional(),
        imposedAssets: z.unknown().optional(),
      })
      .nullish(),
    /** Addition of Tessera: the same without `instances`. */
    defaults: defaults.nullish(),
    /**
     * Addition of Tessera: guardrails of the project that replace those of the platform. Only callers who may change
     * policies in the whole tenant may set it; an absent field keeps the value, null removes it.
     */
    guardrails: Guardrails.nullish(),
  })
  .meta({ id: 'InferencePolicyRequest' });
export const InferencePolicy = z
  .object({
    meta: z.object({
      id: z.string(),
      name: z.string(),
      scope: z.literal('project'),
      projectId: z.int(),
      tenantId: z.int32(),
      createdAt: DateTime,
      createdBy: z.string(),
      updatedAt: DateTime,
      updatedBy: z.string(),
    }),
    policy: z.object({ defaults: policyDefaults }),
    effective: z.object({ defaults: policyDefaults }),
    effectiveUpdatedAt: DateTime,
    defaults,
    /** Addition of Tessera: absent where the rules of the platform apply. */
    guardrails: Guardrails.optional(),
  })
  .meta({ id: 'InferencePolicy' });
