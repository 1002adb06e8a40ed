import type { OrganisationStore } from '@tessera/application-submission';
import { specViolations, type Violation } from '@tessera/domain-workload';
import { principalOf, type Handlers } from '../http/call';
import { defaultsOf, toPolicyBody, unheeded, type StoredPolicy } from '../wire/policy';
import { badRequest } from '../wire/violations';
import { orNotFound } from './changed';

type PolicyHandlers = Pick<
  Handlers,
  'get_inference_policy_v2' | 'overwrite_inference_policy_v2' | 'delete_inference_policy_v2'
>;

/** What the policies need of the world. */
export interface PolicyWorld {
  readonly store: OrganisationStore;
  readonly now: () => number;
  /** Called after a change, so that it acts at once. */
  readonly forget: () => void;
}

/** Defaults that the inferences of a project start from. */
export function policyHandlers({ store, now, forget }: PolicyWorld): PolicyHandlers {
  return {
    get_inference_policy_v2: async ({ query: { projectId } }, call) => {
      const policy = storedPolicy(orNotFound(await store.policy(projectId)), projectId);
      return { status: 200, body: toPolicyBody(projectId, principalOf(call).tenantId, policy) };
    },
    overwrite_inference_policy_v2: async ({ body }, call) => {
      const { projectId, name } = body.meta;
      const { name: by, tenantId } = principalOf(call);
      const defaults = defaultsOf(body);
      const violations = [...unheeded(body), ...defaultsViolations(defaults)];
      if (violations.length > 0) throw badRequest(violations);
      if ((await store.project(projectId)) === undefined)
        throw badRequest([{ field: 'meta.projectId', message: `there is no project ${projectId}` }]);
      const before = await store.policy(projectId);
      const at = new Date(now()).toISOString();
      const policy = {
        ...storedPolicy({ createdAt: at, createdBy: by, ...before }, projectId),
        ...(name ? { name } : {}),
        ...{ defaults, updatedAt: at, updatedBy: by },
      };
      await store.setPolicy(projectId, policy, by);
      forget();
      return { status: 200, body: toPolicyBody(projectId, tenantId, policy) };
    },
    delete_inference_policy_v2: async ({ query }, call) => {
      orNotFound(await store.policy(query.projectId));
      await store.setPolicy(query.projectId, undefined, principalOf(call).name);
      forget();
      return { status: 204 };
    },
  };
}

const UNKNOWN = new Date(0).toISOString();

/** What is stored; a policy of an earlier version has only its defaults. */
const storedPolicy = (stored: Readonly<Record<string, unknown>>, projectId: string): StoredPolicy => ({
  name: `project-${projectId}`,
  ...{ defaults: {}, createdAt: UNKNOWN, createdBy: 'unknown', updatedAt: UNKNOWN, updatedBy: 'unknown' },
  ...(stored as Partial<StoredPolicy>),
});

/** Defaults keep the rules of the spec that they become part of. */
const defaultsViolations = (defaults: object): readonly Violation[] =>
  specViolations({ image: 'any', ...defaults }).map(({ field, message }) => ({
    field: field.replace(/^spec/, 'defaults'),
    message,
  }));
