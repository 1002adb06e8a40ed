import type { TokenClaims } from '@tessera/adapter-oidc';
import type { Subject } from '@tessera/application-control-plane';
import { Principals } from './principals';

const ID = '11111111-1111-4111-8111-111111111111';
const CLAIMS = { iss: 'own', sub: ID } as TokenClaims;
const SUBJECT = { id: ID, kind: 'application', name: 'app', tenantId: 1, clientId: 'app', secretVersion: 1 };

it.each([3_600_000, -3_600_000])(
  'permissions are cached for two seconds though the wall clock steps by %d ms',
  async (step) => {
    const time = { wall: 1_700_000_000_000, elapsed: 5_000 };
    let asked = 0;
    const subjects = {
      byId: async () => {
        asked += 1;
        return SUBJECT as Subject;
      },
      grants: async () => [],
    };
    const clock = { now: () => time.wall, elapsedMs: () => time.elapsed };
    const principals = new Principals({ subjects, issuers: { own: 'own', foreign: [] }, tenantId: 1 }, clock);
    await principals.of(CLAIMS);
    time.wall += step;
    await principals.of(CLAIMS);
    expect(asked).toBe(1);
    time.elapsed += 2_000;
    await principals.of(CLAIMS);
    expect(asked).toBe(2);
  },
);
