import { specViolations } from '../rules/spec-violations';
import type { InferenceSpec } from '../spec';
import { unenforcedAccess } from './serving-access';
import { toIntent } from './to-intent';

const URL = 'spec.exposedUrls[0]';

describe('fields that restrict the callers', () => {
  it.each<[InferenceSpec, readonly string[]]>([
    ...(
      ['authenticatedUsers', 'authorizedUsers', 'authorizedGroups', 'authorizedUsersOrGroups'] as const
    ).map((authorizationType): [InferenceSpec, readonly string[]] => [
      { servingPort: { container: 80, authorizationType } },
      ['spec.servingPort.authorizationType'],
    ]),
    [
      { servingPort: { container: 80, clusterLocalAccessOnly: true } },
      ['spec.servingPort.clusterLocalAccessOnly'],
    ],
    [{ exposedUrls: [{ container: 80, authorizedUsers: ['ada'] }] }, [`${URL}.authorizedUsers`]],
    [{ exposedUrls: [{ container: 80, authorizedGroups: ['g'] }] }, [`${URL}.authorizedGroups`]],
    [
      { exposedUrls: [{ container: 80, authorizationType: 'authenticatedUsers' }] },
      [`${URL}.authorizationType`],
    ],
    [{ servingPort: { authorizationType: 'authenticatedUsers' } }, ['spec.servingPort.authorizationType']],
  ])('of %j are reported as not enforced', (spec, fields) => {
    expect(unenforcedAccess(spec).map(({ field }) => field)).toEqual(fields);
    const { ignoredFields } = toIntent({ image: 'i', ...spec });
    for (const field of fields)
      expect(ignoredFields).toContainEqual({
        field,
        reason: expect.stringContaining('every client that reaches') as string,
      });
  });

  it.each<InferenceSpec>([
    {},
    { servingPort: { container: 80 } },
    { servingPort: { container: 80, authorizationType: 'public', clusterLocalAccessOnly: false } },
    { exposedUrls: [{ container: 80, authorizedUsers: [], authorizedGroups: null }] },
    { exposedUrls: [{ container: 80, authorizedUsers: ['ada'], exclude: true }] },
  ])('are none in %j', (spec) => {
    expect(specViolations({ image: 'i', ...spec })).toEqual([]);
    expect(unenforcedAccess(spec)).toEqual([]);
  });
});
