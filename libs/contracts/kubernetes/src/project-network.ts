import { z } from 'zod';

const Name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, { error: 'is not the name of a namespace' });
const Labels = z.record(z.string().min(1).max(317), z.string().max(63));
const Cidr = z.union([z.cidrv4(), z.cidrv6()], { error: 'is not a range of addresses such as 10.0.0.0/8' });

/** A network peer: pods of a namespace, or addresses. */
export const NetworkPeer = z.union(
  [
    z.strictObject({
      namespace: Name.describe('Pods of this namespace.'),
      podLabels: Labels.optional().describe('Only those with these labels.'),
    }),
    z.strictObject({
      cidr: Cidr.describe('These addresses.'),
      except: z.array(Cidr).max(100).optional().describe('Except these addresses.'),
    }),
    z.strictObject({ project: z.literal(true).describe('The pods of the same project.') }),
  ],
  { error: 'is not {namespace, podLabels?}, {cidr, except?} or {project: true}' },
);
export type NetworkPeer = z.infer<typeof NetworkPeer>;

/** Settings of the default NetworkPolicy in the namespace of every project. */
export const ProjectNetwork = z
  .strictObject({
    policy: z
      .enum(['default', 'none'])
      .describe('`none`: the platform neither creates nor removes a NetworkPolicy.'),
    ingress: z
      .array(NetworkPeer)
      .max(100)
      .describe(
        'Sources that may reach the pods besides the gateway of the platform, such as monitoring and ingress controllers.',
      ),
    egress: z
      .union([z.enum(['open', 'no-metadata']), z.array(NetworkPeer).max(100)])
      .describe(
        'Destinations that the pods may reach: all, all except the metadata services of clouds, or only these and DNS.',
      ),
  })
  .partial();

export interface ProjectNetwork {
  readonly policy: 'default' | 'none';
  readonly ingress: readonly NetworkPeer[];
  readonly egress: 'open' | 'no-metadata' | readonly NetworkPeer[];
}

/** Only the gateway may connect to pods, and pods may not reach cloud metadata services with the node's credentials. */
export const DEFAULT_PROJECT_NETWORK: ProjectNetwork = {
  policy: 'default',
  ingress: [],
  egress: 'no-metadata',
};
