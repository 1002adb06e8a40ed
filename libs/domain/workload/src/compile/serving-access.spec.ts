import { specViolations } from '../rules/spec-violations';
import type { InferenceSpec } from '../spec';
import { enforcedAccess, unenforcedAccess } from './serving-access';
import { toIntent } from './to-intent';

const URL = 'spec.exposedUrls[0]';

describe('fields that restrict the callers of an exposed URL', () => {
  it.each<[InferenceSpec, readonly string[]]>([
    [{ exposedUrls: [{ container: 80, authorizedUsers: ['ada'] }] }, [`${URL}.authorizedUsers`]],
    [{ exposedUrls: [{ container: 80, authorizedGroups: ['g'] }] }, [`${URL}.authorizedGroups`]],
    [
      { exposedUrls: [{ container: 80, authorizationType: 'authenticatedUsers' }] },
      [`${URL}.authorizationType`],
    ],
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
    { servingPort: { container: 80, authorizationType: 'authenticatedUsers', clusterLocalAccessOnly: true } },
    { exposedUrls: [{ container: 80, authorizedUsers: [], authorizedGroups: null }] },
    { exposedUrls: [{ container: 80, authorizedUsers: ['ada'], exclude: true }] },
  ])('are none in %j', (spec) => {
    expect(specViolations({ image: 'i', ...spec })).toEqual([]);
    expect(unenforcedAccess(spec)).toEqual([]);
    expect(toIntent({ image: 'i', ...spec }).ignoredFields).toEqual([]);
  });
});

describe('what gateways enforce at the endpoint', () => {
  it.each<[InferenceSpec['servingPort'], string | undefined]>([
    [{ container: 80 }, undefined],
    [{ container: 80, authorizationType: 'public', clusterLocalAccessOnly: false }, undefined],
    [
      { container: 80, authorizationType: 'authenticatedUsers' },
      'the gateway lets in every caller with an accepted token or a serving key',
    ],
    [
      { container: 80, authorizationType: 'authorizedUsers', authorizedUsers: ['ada'] },
      'the gateway lets in 1 users and 0 groups, and holders of a serving key',
    ],
    [
      { container: 80, clusterLocalAccessOnly: true },
      'the gateway lets in everybody, from inside the cluster only',
    ],
  ])('of %j is said', (servingPort, message) => {
    expect(enforcedAccess({ servingPort })).toBe(message);
  });

  it('is also said of exposed URLs that lead through the gateway', () => {
    const exposedUrls = [{ container: 80, authorizedUsers: ['ada'] }];
    expect(enforcedAccess({ exposedUrls }, true)).toMatch(/everybody; at exposed URLs/);
    expect(enforcedAccess({ exposedUrls }, false)).toBeUndefined();
    expect(enforcedAccess({ exposedUrls: [{ container: 80 }] }, true)).toBeUndefined();
  });

  it.each<[InferenceSpec['servingPort'], readonly string[]]>([
    [{ container: 80, authorizationType: 'public', authorizedUsers: ['ada'] }, ['authorizedUsers']],
    [
      { container: 80, authorizationType: 'authenticatedUsers', authorizedGroups: ['g'] },
      ['authorizedGroups'],
    ],
    [
      {
        container: 80,
        authorizationType: 'authorizedUsers',
        authorizedUsers: ['ada'],
        authorizedGroups: ['g'],
      },
      ['authorizedGroups'],
    ],
    [{ container: 80, authorizedUsers: ['ada'] }, []],
  ])('leaves out the lists that the type does not use: %j', (servingPort, lists) => {
    const { ignoredFields } = toIntent({ image: 'i', servingPort });
    expect(ignoredFields.map(({ field }) => field)).toEqual(lists.map((name) => `spec.servingPort.${name}`));
  });
});
