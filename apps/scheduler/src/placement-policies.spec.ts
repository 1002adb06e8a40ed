import { POLICIES } from '@tessera/domain-placement';
import { schedulerConfig } from './config';

const REQUIRED = { TESSERA_DATABASE_URL: 'postgres://x', TESSERA_GATEWAY_REPORT_KEYS: '00'.repeat(32) };
const read = (policies: NodeJS.ProcessEnv) => schedulerConfig({ ...REQUIRED, ...policies });

describe('the placement policies that can be configured', () => {
  it.each(POLICIES)('%s is one of them, for the scheduler and for single pools', (policy) => {
    const config = read({ TESSERA_PLACEMENT_POLICY: policy, TESSERA_POOL_POLICIES: `a=fgd,b=${policy}` });
    expect(config.TESSERA_PLACEMENT_POLICY).toBe(policy);
    expect(config.TESSERA_POOL_POLICIES).toEqual({ a: 'fgd', b: policy });
  });

  it('are fgd for every pool unless others are given', () => {
    const { TESSERA_PLACEMENT_POLICY: policy, TESSERA_POOL_POLICIES: byPool } = read({});
    expect([policy, byPool]).toEqual(['fgd', {}]);
  });

  it('are refused by any other name, all of them at once, and the policies named', () => {
    const known = POLICIES.join(', ');
    const wrong = { TESSERA_PLACEMENT_POLICY: 'tight', TESSERA_POOL_POLICIES: 'a=fgd,b=loose' };
    expect(() => read(wrong)).toThrow(
      [
        'The configuration is invalid:',
        `  - TESSERA_PLACEMENT_POLICY="tight": "tight" is none of the policies ${known}`,
        `  - TESSERA_POOL_POLICIES="b=loose": "loose" is none of the policies ${known}`,
      ].join('\n'),
    );
  });
});
