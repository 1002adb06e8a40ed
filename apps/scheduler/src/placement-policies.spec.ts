import { POLICIES } from '@tessera/domain-placement';
import { VARIABLES } from '@tessera/platform-config';

describe('the placement policies that can be configured', () => {
  it.each(POLICIES)('%s is one of them, for the scheduler and for single pools', (policy) => {
    expect(VARIABLES.TESSERA_PLACEMENT_POLICY.schema.parse(policy)).toBe(policy);
    expect(VARIABLES.TESSERA_POOL_POLICIES.schema.parse(`pool=${policy}`)).toEqual({ pool: policy });
  });

  it('are no others than those there are', () => {
    const { error } = VARIABLES.TESSERA_PLACEMENT_POLICY.schema.safeParse('none');
    const named = [...JSON.stringify(error?.issues).matchAll(/[a-z]+(?:-[a-z]+)*/g)].map(([word]) => word);
    expect(named).toEqual(expect.arrayContaining([...POLICIES]));
    expect(error?.issues).toEqual([expect.objectContaining({ values: [...POLICIES] })]);
  });
});
