import { z } from 'zod';

const text = z.string().min(1);
const Licenses = z.union([
  z.tuple([z.strictObject({ expression: text })]),
  z.array(z.strictObject({ license: z.strictObject({ name: text }) })),
]);
const component = {
  'bom-ref': text,
  name: text,
  version: z.string().max(1024),
  licenses: Licenses.optional(),
};
/** The rules of the JSON schema of CycloneDX 1.6 for the part of it that is used here; nothing else is let through. */
export const CycloneDx = z.strictObject({
  $schema: z.literal('http://cyclonedx.org/schema/bom-1.6.schema.json'),
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.6'),
  version: z.int().min(1),
  metadata: z.strictObject({
    component: z.strictObject({ type: z.literal('application'), ...component }),
  }),
  components: z
    .array(
      z.strictObject({
        type: z.literal('library'),
        ...component,
        purl: z.string().regex(/^pkg:npm\/(%40[^/@]+\/)?[^/@]+@[^@]+$/),
        hashes: z
          .array(z.strictObject({ alg: z.literal('SHA-512'), content: z.string().regex(/^[a-f0-9]+$/) }))
          .optional(),
      }),
    )
    .refine((all) => new Set(all.map((one) => one['bom-ref'])).size === all.length, 'unique'),
  dependencies: z.array(z.strictObject({ ref: text, dependsOn: z.array(text) })),
});
