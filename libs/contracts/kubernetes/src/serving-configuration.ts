import { z } from 'zod';

/** A field that counts as not given where its value is not of the type. */
const given = <T extends z.ZodType>(type: T) => type.optional().catch(undefined);

/**
 * The fields of `spec.servingPort` and `spec.servingConfiguration` that gateways go by, in the annotation of an owner
 * object. Who may call is decided from three fields as they are, since what they hold may open a workload.
 */
export const ServingConfiguration = z.object({
  authorizationType: z.unknown().optional(),
  authorizedUsers: z.unknown().optional(),
  authorizedGroups: z.unknown().optional(),
  clusterLocalAccessOnly: given(z.boolean()),
  protocol: given(z.string()),
  /** Fields of Tessera. */
  tessera: given(
    z.object({
      forwardToken: given(z.boolean()),
      sessionCookie: given(z.boolean()),
      prefixAffinity: given(z.boolean()),
    }),
  ),
});
export type ServingConfiguration = z.output<typeof ServingConfiguration>;

/** Reads the annotation; undefined for a text that is no JSON object, whoever wrote it. */
export function servingConfigurationIn(text: string): ServingConfiguration | undefined {
  try {
    return ServingConfiguration.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
