import type { Fields } from '../wire/json';
import { apiVersionOf, RESOURCES, type ResourceKind } from '../resources';
import type { Exchange } from './exchange';

const groupPath = (resource: ResourceKind): string =>
  resource.group === '' ? `api/${resource.version}` : `apis/${resource.group}/${resource.version}`;

const pathOf = (resource: ResourceKind): string =>
  `/${groupPath(resource)}/${resource.namespaced ? 'namespaces/{namespace}/' : ''}${resource.plural}/{name}`;

const schemaName = (resource: ResourceKind): string =>
  `io.k8s.api.${resource.group === '' ? 'core' : resource.group.split('.')[0]}.${resource.version}.${resource.kind}`;

const kindMark = ({ group, version, kind }: ResourceKind): Fields => ({ group, version, kind });

const FIELD_VALIDATION: Fields = {
  name: 'fieldValidation',
  in: 'query',
  description: 'Accepted; unknown fields are kept.',
  schema: { type: 'string', uniqueItems: true },
};

const schemaOf = (resource: ResourceKind): Fields => ({
  type: 'object',
  description: `${resource.kind} of ${apiVersionOf(resource)}; the simulator does not describe its fields.`,
  'x-kubernetes-group-version-kind': [kindMark(resource)],
  'x-kubernetes-preserve-unknown-fields': true,
});

/** kubectl checks the PATCH operation to learn whether the server validates fields itself. */
function operationsOf(resource: ResourceKind): Fields {
  const answer = { '200': { description: 'OK' } };
  const mark = { 'x-kubernetes-group-version-kind': kindMark(resource), responses: answer };
  return {
    get: { ...mark, 'x-kubernetes-action': 'get' },
    put: { ...mark, 'x-kubernetes-action': 'put', parameters: [FIELD_VALIDATION] },
    patch: { ...mark, 'x-kubernetes-action': 'patch', parameters: [FIELD_VALIDATION] },
    delete: { ...mark, 'x-kubernetes-action': 'delete' },
  };
}

const INFO = { title: 'Kubernetes (simulated by Tessera)', version: 'v1.36.3' };

function documentV3(resources: readonly ResourceKind[]): Fields {
  return {
    openapi: '3.0.0',
    info: INFO,
    paths: Object.fromEntries(resources.map((resource) => [pathOf(resource), operationsOf(resource)])),
    components: {
      schemas: Object.fromEntries(resources.map((resource) => [schemaName(resource), schemaOf(resource)])),
    },
  };
}

function documentV2(): Fields {
  return {
    swagger: '2.0',
    info: INFO,
    paths: Object.fromEntries(RESOURCES.map((resource) => [pathOf(resource), operationsOf(resource)])),
    definitions: Object.fromEntries(RESOURCES.map((resource) => [schemaName(resource), schemaOf(resource)])),
  };
}

/** Serves `/openapi/v2` and `/openapi/v3`; false for any other path. */
export function serveOpenapi(exchange: Exchange): boolean {
  const { pathname } = exchange.url;
  if (pathname === '/openapi/v2') exchange.sendFields(200, documentV2());
  else if (pathname === '/openapi/v3')
    exchange.sendFields(200, {
      paths: Object.fromEntries(
        RESOURCES.map((resource) => [
          groupPath(resource),
          { serverRelativeURL: `/openapi/v3/${groupPath(resource)}` },
        ]),
      ),
    });
  else {
    const path = pathname.replace('/openapi/v3/', '');
    const resources = pathname.startsWith('/openapi/v3/')
      ? RESOURCES.filter((item) => groupPath(item) === path)
      : [];
    if (resources.length === 0) return false;
    exchange.sendFields(200, documentV3(resources));
  }
  return true;
}
