import { TokenError } from '@tessera/adapter-oidc';
import type { ServingAccess } from '@tessera/domain-workload/access';
import type { Caller, GuardedWorkload } from './caller';
import { AccessGuard } from './access-guard';

const KEY: Caller = {
  ...{ kind: 'key', id: 'k', name: 'k' },
  rights: { scope: { projects: new Set(['other']), workloads: new Set() } },
};
const ADA: Caller = {
  ...{ kind: 'user', id: 'ada', name: 'ada' },
  rights: { names: { users: new Set(['ada']), groups: new Set() } },
};
const protectedBy = (access: ServingAccess): GuardedWorkload => ({
  access,
  id: 'w',
  isPublished: true,
  project: 'p',
});
const NAMES: Readonly<Record<string, GuardedWorkload | undefined>> = {
  unknown: undefined,
  'for authenticated callers': protectedBy('authenticated'),
  'for nobody': protectedBy('nobody'),
  'for others': protectedBy({ users: ['bob'], groups: ['g'] }),
  hidden: { ...protectedBy('public'), isPublished: false },
};

/** The look-ups for a request, in order, and the status of its denial. */
async function lookupsOf(credential: string | undefined, workload: GuardedWorkload | undefined) {
  const lookups: string[] = [];
  const accessGuard = new AccessGuard(
    {
      callerOf: (token) => {
        lookups.push('token');
        return token === 'ada' ? Promise.resolve(ADA) : Promise.reject(new TokenError('no'));
      },
    },
    {
      callerOf: (key) => {
        lookups.push('key');
        return key === 'tsk-right' ? KEY : undefined;
      },
    },
  );
  const headers = credential === undefined ? {} : { authorization: `Bearer ${credential}` };
  const { denied } = await accessGuard.authorize(workload, headers, true);
  return { lookups, status: denied?.status };
}

describe('the look-ups to deny a request without a valid credential', () => {
  it.each([
    [undefined, [], 401],
    ['garbage', ['token'], 401],
    ['tsk-wrong', ['key'], 401],
  ])(
    'are the same for the credential %s whether the name exists or not',
    async (credential, lookups, status) => {
      for (const workload of Object.values(NAMES))
        expect(await lookupsOf(credential, workload)).toEqual({ lookups, status });
    },
  );
});

describe('the look-ups to deny an authenticated request', () => {
  it.each([
    ['ada', ['token'], ['unknown', 'for nobody', 'for others', 'hidden']],
    ['tsk-right', ['key'], Object.keys(NAMES)],
  ])('are the same for %s whether the name exists or not', async (credential, lookups, names) => {
    for (const name of names)
      expect(await lookupsOf(credential, NAMES[name])).toEqual({ lookups, status: 404 });
  });
});
