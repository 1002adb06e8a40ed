import { verdictOn } from './describe-with-service';

const missing = { available: false, reason: 'nowhere', how: 'build it' };

describe('verdictOn', () => {
  it.each([
    [{ available: true, reason: 'here', how: '' }, {}, 'run'],
    [{ available: true, reason: 'here', how: '' }, { TESSERA_REQUIRE_SERVICES: 'true' }, 'run'],
    [missing, {}, 'skip'],
    [missing, { TESSERA_REQUIRE_SERVICES: 'false' }, 'skip'],
    [missing, { TESSERA_REQUIRE_SERVICES: 'true' }, 'fail'],
    [missing, { TESSERA_REQUIRE_SERVICES: '1' }, 'fail'],
  ] as const)('%j with %j: %s', (found, env, verdict) => {
    expect(verdictOn(found, env)).toBe(verdict);
  });
});
