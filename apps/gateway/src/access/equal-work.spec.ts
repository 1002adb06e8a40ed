import { TokenError } from '@tessera/adapter-oidc';
import type { ServingAccess } from '@tessera/domain-workload/access';
import type { Caller, Guarded } from './caller';
import { Doorkeeper } from './doorkeeper';

const KEY: Caller = {
  ...{ kind: 'key', id: 'k', name: 'k' },
  rights: { scope: { projects: new Set(['other']), workloads: new Set() } },
};
const ADA: Caller = {
  ...{ kind: 'user', id: 'ada', name: 'ada' },
  rights: { names: { users: new Set(['ada']), groups: new Set() } },
};
const protectedBy = (access: ServingAccess): Guarded => ({
  access,
  id: 'w',
  isPublished: true,
  project: 'p',
});
const NAMES: Readonly<Record<string, Guarded | undefined>> = {
  unknown: undefined,
  'for authenticated callers': protectedBy('authenticated'),
  'for nobody': protectedBy('nobody'),
  'for others': protectedBy({ users: ['bob'], groups: ['g'] }),
  hidden: { ...protectedBy('public'), isPublished: false },
};

/** Look-ups that a request causes, in order, and the status of its refusal. */
async function workOf(credential: string | undefined, workload: Guarded | undefined) {
  const work: string[] = [];
  const doorkeeper = new Doorkeeper(
    {
      of: (token) => {
        work.push('token');
        return token === 'ada' ? Promise.resolve(ADA) : Promise.reject(new TokenError('no'));
      },
    },
    {
      callerOf: (key) => {
        work.push('key');
        return key === 'tsk-right' ? KEY : undefined;
      },
    },
  );
  const headers = credential === undefined ? {} : { authorization: `Bearer ${credential}` };
  const { refused } = await doorkeeper.judge(workload, headers, true);
  return { work, status: refused?.status };
}

describe('the work to refuse a stranger', () => {
  it.each([
    [undefined, [], 401],
    ['garbage', ['token'], 401],
    ['tsk-wrong', ['key'], 401],
  ])(
    'with the credential %s is the same whether the name exists or not',
    async (credential, work, status) => {
      for (const workload of Object.values(NAMES))
        expect(await workOf(credential, workload)).toEqual({ work, status });
    },
  );
});

describe('the work to refuse somebody with a credential', () => {
  it.each([
    ['ada', ['token'], ['unknown', 'for nobody', 'for others', 'hidden']],
    ['tsk-right', ['key'], Object.keys(NAMES)],
  ])('%s is the same whether the name exists or not', async (credential, work, names) => {
    for (const name of names) expect(await workOf(credential, NAMES[name])).toEqual({ work, status: 404 });
  });
});
