import type { Fields } from '../wire/json';
import { apiVersionOf, RESOURCES, type ResourceKind } from '../resources';
import type { Exchange } from './exchange';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const STATUS_VERBS = ['get', 'patch', 'update'];

const groups = (): readonly string[] => [...new Set(RESOURCES.map(({ group }) => group))];
const kindsOf = (group: string): readonly ResourceKind[] =>
  RESOURCES.filter((resource) => resource.group === group);
const versionOf = (group: string): string => kindsOf(group)[0]?.version ?? 'v1';

function subresourcesOf(resource: ResourceKind): readonly Fields[] {
  const { kind, group, version } = resource;
  const status = resource.status ? [{ name: 'status', kind, group, version, verbs: STATUS_VERBS }] : [];
  return [...status, ...resource.subresources].map((subresource) => ({ ...subresource }));
}

function legacyResources(resource: ResourceKind): readonly Fields[] {
  const { plural, singular, namespaced, kind, shortNames, categories } = resource;
  return [
    {
      name: plural,
      singularName: singular,
      namespaced,
      kind,
      verbs: VERBS,
      ...(shortNames.length > 0 ? { shortNames } : {}),
      ...(categories.length > 0 ? { categories } : {}),
    },
    ...subresourcesOf(resource).map(({ name, kind: of, group, version, verbs }) => ({
      name: `${plural}/${String(name)}`,
      singularName: '',
      namespaced,
      ...(group === resource.group && version === resource.version ? {} : { group, version }),
      kind: of,
      verbs,
    })),
  ];
}

const resourceList = (group: string): Fields => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: apiVersionOf({ group, version: versionOf(group) }),
  resources: kindsOf(group).flatMap(legacyResources),
});

function groupOf(group: string): Fields {
  const version = {
    groupVersion: apiVersionOf({ group, version: versionOf(group) }),
    version: versionOf(group),
  };
  return { name: group, versions: [version], preferredVersion: version };
}

function aggregated(names: readonly string[], version: string): Fields {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: names.map((group) => ({
      metadata: { name: group, creationTimestamp: null },
      versions: [
        {
          version: versionOf(group),
          freshness: 'Current',
          resources: kindsOf(group).map(aggregatedResource),
        },
      ],
    })),
  };
}

function aggregatedResource(resource: ResourceKind): Fields {
  const { group, version, kind, plural, singular, namespaced, shortNames, categories } = resource;
  const subresources = subresourcesOf(resource).map((subresource) => ({
    subresource: subresource['name'],
    responseKind: { group: subresource['group'], version: subresource['version'], kind: subresource['kind'] },
    verbs: subresource['verbs'],
  }));
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: VERBS,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}

/** Serves `/api`, `/apis` and the lists below them; false for any other path. */
export function serveDiscovery(exchange: Exchange, serverAddress: string): boolean {
  const path = exchange.url.pathname.replace(/\/$/, '');
  if (path === '/api' || path === '/apis') {
    serveRoot(exchange, path, serverAddress);
    return true;
  }
  const group = groups().find(
    (name) => path === (name === '' ? '/api/v1' : `/apis/${name}/${versionOf(name)}`),
  );
  if (group !== undefined) exchange.sendFields(200, resourceList(group));
  const named = groups().find((name) => name !== '' && path === `/apis/${name}`);
  if (named !== undefined)
    exchange.sendFields(200, { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(named) });
  return group !== undefined || named !== undefined;
}

function serveRoot(exchange: Exchange, path: '/api' | '/apis', serverAddress: string): void {
  const names = path === '/api' ? [''] : groups().filter((name) => name !== '');
  const version = /v=(v2beta1|v2);as=APIGroupDiscoveryList/.exec(exchange.request.headers.accept ?? '')?.[1];
  if (version !== undefined) {
    const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
    exchange.send(200, JSON.stringify(aggregated(names, version)), type);
  } else if (path === '/api')
    exchange.sendFields(200, {
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
    });
  else exchange.sendFields(200, { kind: 'APIGroupList', apiVersion: 'v1', groups: names.map(groupOf) });
}

/** The version that the simulated server reports; its behaviour is modelled on that release. */
export const VERSION: Fields = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.3+tessera-simulator',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'node',
  compiler: 'none',
  platform: 'simulated/any',
};
