import { maybe } from '@tessera/kernel';
import { z } from 'zod';
import answers from './answers.json';
import type { Route, RouteResponse } from './route';
import { BODY } from './schemas/bounds';
import { ERRORS, ErrorSchema } from './schemas/errors';
import { ROUTES, type OperationId } from './table';

type Json = Record<string, unknown>;

/** Limits of whole bodies, besides the bounds of their fields. */
const SIZES = `A body may have at most ${BODY.values} fields, items, objects and lists in total, nested at most ${BODY.depth} levels deep, and a spec at most ${BODY.unknownFields} fields that this document does not list. An error lists the first 100 violations.`;

/** Answers of a fresh platform to the examples (`npm run generate:api-guide`). */
const ANSWERS = answers as Readonly<Record<string, { readonly status: number; readonly answer: unknown }>>;

const OPTIONS = { target: 'draft-2020-12', unrepresentable: 'any', override: tidy } as const;

/** Descriptions of parameters by name, the same on every route. */
const PARAMETERS: Readonly<Record<string, string>> = {
  workloadId: 'Unique identifier of the workload.',
  podId: 'The requested pod id.',
  metricType: 'Specify which data to request.',
  start: 'Start date of time range to fetch data in ISO 8601 timestamp format.',
  end: 'End date of time range to fetch data in ISO 8601 timestamp format.',
  from: 'Only entries of this time or later, in ISO 8601 timestamp format.',
  to: 'Only entries before this time, in ISO 8601 timestamp format.',
  numberOfSamples: 'The number of samples to take in the specified time range.',
  filterBy: 'Conditions `<field><operator><value>`; all of them must match.',
  sortBy: 'Field to sort by.',
  sortOrder: 'Direction of the sorting.',
  offset: 'Number of entries to skip.',
  limit: 'Maximum number of entries to return.',
  deleted: 'Return deleted entries instead of existing ones.',
  search: 'Return entries whose name contains this text.',
  'idempotency-key': 'A request with the same key and body within 24 hours returns the first answer again.',
};

/** Descriptions of the groups of routes; a group without one is a compile error. */
const TAGS: Readonly<Record<(typeof ROUTES)[OperationId]['tag'], string>> = {
  Tokens: 'Access tokens for applications and people.',
  Inferences: 'Inference workloads: create, read, change, delete, measure.',
  Revisions: 'The requested spec and the status of each change of an inference.',
  Workloads: 'All workloads that the caller may see: lists, counts, telemetry, metrics.',
  Pods: 'The pods that workloads run in.',
  Events: 'The history of events of a workload.',
  Departments: 'Organisation units that contain projects and have quota.',
  Projects: 'Owners of workloads; each project has a namespace and quota.',
  Datavolumes: 'Volumes with data that workloads of a project mount by their id.',
  Credentials: 'Secrets in the namespaces of projects, that workloads refer to by id or name.',
  Clusters: 'The clusters that workloads run on.',
  Nodes: 'The nodes of a cluster with their GPUs.',
  NodePools: 'Groups of nodes that workloads can select.',
  Policy: 'Default values for the inferences of a project.',
  Applications: 'Programs that can authenticate.',
  Users: 'People who can authenticate.',
  'Access rules': 'Roles of subjects in parts of the organisation.',
  Roles: 'Named sets of rights.',
  Permissions: 'The permissions of the caller.',
  Tessera: 'Additions of Tessera to the API.',
};

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: Readonly<Record<string, Json>>;
}

/** The same for all documents, and tenths of a second of work. */
let described: Described | undefined;

function describeRoutes(): Described {
  const components: Record<string, Json> = {};
  const paths: Record<string, Record<string, Json>> = {};
  for (const [operationId, route] of Object.entries(ROUTES) as [string, Route][]) {
    const item = (paths[route.path] ??= {});
    item[route.method.toLowerCase()] = operation(operationId, route, components);
  }
  return { paths, components };
}

/** The OpenAPI 3.1 document of the API, generated from the route table. */
export function openApiDocument(serverUrl: string, version: string): Json {
  const { paths, components } = (described ??= describeRoutes());
  const tags = [...new Set(Object.values(ROUTES).map(({ tag }) => tag))];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tessera',
      version,
      description:
        'Inference on shared GPUs. Implements the Run:ai inference API of level 2.18 and accepts the fields of later releases; additions of Tessera are under /api/v1/tessera. ' +
        SIZES,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: serverUrl }],
    security: [{ bearerAuth: [] }],
    tags: tags.map((name) => ({ name, description: TAGS[name] })),
    paths,
    components: {
      securitySchemes: { bearerAuth: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: components,
    },
  };
}

function operation(operationId: string, route: Route, components: Record<string, Json>): Json {
  return {
    operationId,
    summary: route.summary,
    ...maybe('description', route.description),
    tags: [route.tag],
    ...(route.permission.kind === 'public' ? { security: [] } : {}),
    parameters: parametersOf(route, components),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            content: {
              [route.bodyType ?? 'application/json']: {
                schema: schemaOf(route.body, 'input', components),
                ...(route.bodyExample === undefined ? {} : { example: route.bodyExample }),
              },
            },
          },
        }),
    responses: responsesOf(operationId, route, components),
  };
}

function parametersOf(route: Route, components: Record<string, Json>): Json[] {
  const places = [
    ['path', route.params],
    ['query', route.query],
    ['header', route.headers],
  ] as const;
  return places.flatMap(([place, schemas]) =>
    Object.entries(schemas ?? {}).map(([name, schema]) => {
      const json = schemaOf(schema, 'output', components);
      const { example, ...rest } = json;
      return {
        name,
        in: place,
        required: place === 'path' || !schema.safeParse(undefined).success,
        ...maybe('description', PARAMETERS[name]),
        ...(rest['type'] === 'array' && place === 'query' ? { style: 'form', explode: false } : {}),
        schema: rest,
        ...(example === undefined ? {} : { example }),
      };
    }),
  );
}

function responsesOf(operationId: string, route: Route, components: Record<string, Json>): Json {
  const responses: Json = {};
  const shown = ANSWERS[operationId];
  for (const [status, response] of Object.entries(route.answers)) {
    const example = response.example ?? (String(shown?.status) === status ? shown?.answer : undefined);
    responses[status] = responseOf({ ...response, example }, components);
  }
  const ofBody = route.body === undefined ? [] : ([413, 415] as const);
  const ofCaller = route.permission.kind === 'public' ? [] : ([405, 429] as const);
  for (const status of [...route.errors, ...ofCaller, ...ofBody]) {
    const { message, description } = ERRORS[status];
    responses[status] = {
      description,
      content: {
        'application/json': {
          schema: schemaOf(ErrorSchema, 'output', components),
          example: { code: status, message },
        },
      },
    };
  }
  return responses;
}

function responseOf(
  { description, schema, mediaType, also, example }: RouteResponse,
  components: Record<string, Json>,
): Json {
  if (schema === undefined) return { description };
  const json = {
    schema: schemaOf(schema, 'output', components),
    ...(example === undefined ? {} : { example }),
  };
  const others = Object.fromEntries((also ?? []).map((type) => [type, { schema: { type: 'string' } }]));
  return { description, content: { [mediaType ?? 'application/json']: json, ...others } };
}

/** JSON Schema of a zod schema; named ones move into the components. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', components: Record<string, Json>): Json {
  const json = z.toJSONSchema(schema, { ...OPTIONS, io }) as Json;
  const { $schema: _schema, $defs, ...rest } = json;
  for (const [name, definition] of Object.entries(($defs ?? {}) as Record<string, Json>)) {
    const { $schema: _inner, ...body } = definition;
    components[name] = moved(body) as Json;
  }
  const id = rest['id'];
  if (typeof id === 'string') {
    components[id] = moved(rest) as Json;
    return { $ref: `#/components/schemas/${id}` };
  }
  return moved(rest) as Json;
}

/** Rewrites references to point into the components and removes ids from the schemas. */
function moved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(moved);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => !(key === 'id' && typeof item === 'string'))
      .map(([key, item]) => [
        key,
        key === '$ref' && typeof item === 'string'
          ? item.replace('#/$defs/', '#/components/schemas/')
          : moved(item),
      ]),
  );
}

/** `anyOf [T, null]` as `type: [T, null]`, which reads better and compares with the reference. */
function tidy({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const { anyOf } = jsonSchema;
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return;
  const [first, second] = anyOf as z.core.JSONSchema.BaseSchema[];
  if (second?.type !== 'null' || first === undefined || typeof first.type !== 'string') return;
  delete jsonSchema.anyOf;
  const { enum: values } = first;
  Object.assign(jsonSchema, { ...first, ...jsonSchema, type: [first.type, 'null'] });
  if (values !== undefined) jsonSchema.enum = [...values, null];
}
