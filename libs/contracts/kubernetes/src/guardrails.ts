import { z } from 'zod';
import {
  DEFAULT_GUARDRAILS,
  withOverrides,
  type Guardrails,
  type GuardrailOverrides as Overrides,
} from '@tessera/domain-workload';
import { DEFAULT_PROJECT_NETWORK, ProjectNetwork } from './project-network';

/** Most entries of a list of rules. */
const MOST = 100;

const list = (item: z.ZodString, description: string) => z.array(item).max(MOST).describe(description);
const permit = (description: string) => z.enum(['allowed', 'refused']).describe(description);

const HOST = z
  .string()
  .max(253)
  .regex(/^(\*|(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[?[0-9A-Fa-f:]+\]?)$/, {
    error: 'is not a host, `*.<host>` or `*`',
  });
const PATH = z
  .string()
  .max(1024)
  .regex(/^(\*|\/[^*]*)$/, { error: 'is not an absolute path or `*`' })
  .refine((path) => !path.split('/').includes('..'), { error: 'must not contain ".."' });
const NAME = z
  .string()
  .max(253)
  .regex(/^[a-z0-9.-]*\*?$/, { error: 'is not a name, or the beginning of one before `*`' })
  .min(1);
const CAPABILITY = z
  .string()
  .max(33)
  .regex(/^(\*|[A-Z_]{1,32})$/, {
    error: 'is not a capability such as CHOWN, or `*`',
  });
const REGISTRY = z
  .string()
  .max(512)
  .regex(/^(\*|(\*\.)?[A-Za-z0-9.-]+(:[0-9]{1,5})?(\/[a-z0-9._/-]*)?)$/, {
    error: 'is not a registry such as ghcr.io, one with a path, or `*`',
  });

/** The rules, all optional. */
export const GuardrailRules = z
  .strictObject({
    hostPaths: list(
      PATH,
      'Paths of nodes that may be mounted, with everything below them. Symbolic links in them can lead outside.',
    ),
    capabilities: list(CAPABILITY, 'Capabilities that a container may add, without `CAP_`.'),
    seccompProfiles: z
      .array(z.enum(['RuntimeDefault', 'Unconfined']))
      .max(2)
      .describe('Seccomp profiles that may be requested.'),
    runAsNonRoot: z.enum(['optional', 'required']).describe('Whether containers must not run as root.'),
    controlPlaneTolerations: permit('Tolerations of the taints of control-plane nodes, and of every taint.'),
    nodePorts: permit('Services of type NodePort.'),
    loadBalancers: permit('Services of type LoadBalancer.'),
    probeHosts: list(HOST, 'Hosts that a probe may name; the node sends requests to them.'),
    nfsServers: list(HOST, 'NFS servers that may be mounted; the node connects to them.'),
    priorityClasses: list(NAME, 'Priority classes that may be used.'),
    namespaces: list(NAME, 'Namespaces that a new project may request.'),
    imageRegistries: list(
      REGISTRY,
      'Registries that images may come from, each with or without a path; `docker.io` where an image names none.',
    ),
    exposedHosts: list(
      HOST,
      'Hosts of exposed URLs, beside those below TESSERA_EXPOSED_URLS_BASE. Never those of the platform.',
    ),
  })
  .partial();

const Preset = z.enum(['privileged', 'baseline', 'restricted']);

/** Rules of one project that replace those of the platform. */
export const GuardrailOverrides = z.strictObject({
  preset: Preset.optional().describe('Start from this preset instead of the rules of the platform.'),
  rules: GuardrailRules.optional().describe('Each replaces the rule of that name.'),
});

/** Content of the file named by `TESSERA_GUARDRAILS_FILE`. */
export const GuardrailsFile = z
  .strictObject({
    preset: Preset.optional().describe('The preset to start from; default `baseline`.'),
    rules: GuardrailRules.optional().describe('Each replaces the rule of that name.'),
    network: ProjectNetwork.optional().describe('Default NetworkPolicy of the namespaces of projects.'),
  })
  .meta({ title: 'Guardrails of Tessera' });

/** The operator's settings for every project. */
export interface GuardrailSettings {
  readonly rules: Guardrails;
  readonly network: ProjectNetwork;
}

/** Settings without a file. */
export const DEFAULT_GUARDRAIL_SETTINGS: GuardrailSettings = {
  rules: DEFAULT_GUARDRAILS,
  network: DEFAULT_PROJECT_NETWORK,
};

/** Parses the content of the file: the settings, or all problems, one line each with its path. */
export function readGuardrails(
  content: unknown,
): { readonly settings: GuardrailSettings } | { readonly problems: readonly string[] } {
  const parsed = GuardrailsFile.safeParse(content ?? {});
  if (!parsed.success)
    return {
      problems: parsed.error.issues.map(({ path, message }) => {
        const at = path.map(String).join('.');
        return at === '' ? message : `${at}: ${message}`;
      }),
    };
  const { network, ...overrides } = parsed.data;
  return {
    settings: {
      rules: withOverrides(DEFAULT_GUARDRAILS, overrides as Overrides),
      network: {
        policy: network?.policy ?? DEFAULT_PROJECT_NETWORK.policy,
        ingress: network?.ingress ?? DEFAULT_PROJECT_NETWORK.ingress,
        egress: network?.egress ?? DEFAULT_PROJECT_NETWORK.egress,
      },
    },
  };
}
