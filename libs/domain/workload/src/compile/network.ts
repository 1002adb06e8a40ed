import { maybe } from '@tessera/kernel';
import type { NetworkIntent } from '../intent';
import type { ExposedUrl, InferenceSpec, Port, ServingPort } from '../spec';
import { servingAccess } from '../access/serving-access';
import type { SpecSettings } from '../rules/gpu-names';
import { given, ignoreGiven, type Ignore } from './ignored-fields';
import { unenforcedAccess } from './serving-access';

type ServingIntent = NonNullable<NetworkIntent['servingPort']>;

/** Ports and addresses. Missing names are generated from the position. */
export function networkIntent(
  spec: InferenceSpec,
  ignore: Ignore,
  { guardsUrls = false }: Pick<SpecSettings, 'guardsUrls'>,
): NetworkIntent {
  if (!guardsUrls) for (const { field, reason } of unenforcedAccess(spec)) ignore(field, reason);
  const { initializationTimeoutSeconds, requestTimeoutSeconds } = spec.servingConfiguration ?? {};
  return {
    ...maybe('servingPort', servingIntent(spec.servingPort ?? {}, ignore)),
    // Earlier releases of the API have it among the fields of autoscaling.
    ...maybe(
      'initializationTimeoutMs',
      seconds(initializationTimeoutSeconds ?? spec.autoscaling?.initializationTimeoutSeconds),
    ),
    ...maybe('requestTimeoutMs', seconds(requestTimeoutSeconds)),
    ports: given<Port>(spec.ports, 'spec.ports').flatMap(({ item }, index) => portIntent(item, index)),
    exposedUrls: given<ExposedUrl>(spec.exposedUrls, 'spec.exposedUrls').flatMap(({ item }, index) =>
      exposedUrlIntent(item, index),
    ),
  };
}

const seconds = (value: number | null | undefined) => (typeof value === 'number' ? value * 1000 : undefined);

function servingIntent(port: ServingPort, ignore: Ignore): ServingIntent | undefined {
  const { container, protocol, authorizationType, clusterLocalAccessOnly } = port;
  if (typeof container !== 'number') return undefined;
  ignoreGiven(
    port,
    listsWithoutEffect(port),
    'spec.servingPort',
    `authorizationType is ${authorizationType ?? 'public'}`,
    ignore,
  );
  const access = servingAccess(port);
  return {
    container,
    ...maybe('exposedUrl', port.exposedUrl),
    protocol: protocol ?? 'http',
    ...(access === 'public' ? {} : { access }),
    ...(clusterLocalAccessOnly === true ? { clusterLocalOnly: true } : {}),
  };
}

/** The lists of callers that the type leaves out. */
function listsWithoutEffect({ authorizationType }: ServingPort): readonly string[] {
  if (authorizationType === 'authorizedUsers') return ['authorizedGroups'];
  if (authorizationType === 'authorizedGroups') return ['authorizedUsers'];
  const none = authorizationType === 'public' || authorizationType === 'authenticatedUsers';
  return none ? ['authorizedUsers', 'authorizedGroups'] : [];
}

function portIntent(port: Port, index: number): NetworkIntent['ports'] {
  const { container, serviceType } = port;
  if (typeof container !== 'number') return [];
  return [
    {
      name: port.name ?? `port-${index}`,
      container,
      serviceType: serviceType ?? 'ClusterIP',
      ...maybe('external', port.external),
      ...maybe('toolType', port.toolType),
      ...maybe('toolName', port.toolName),
    },
  ];
}

/** Users and groups are combined: a member of either list may call. */
function exposedUrlIntent(url: ExposedUrl, index: number): NetworkIntent['exposedUrls'] {
  if (typeof url.container !== 'number') return [];
  const access = servingAccess(url);
  return [
    {
      ...(access === 'public' ? {} : { access }),
      name: url.name ?? `url-${index}`,
      container: url.container,
      authorizedUsers: url.authorizedUsers ?? [],
      authorizedGroups: url.authorizedGroups ?? [],
      ...maybe('url', url.url),
      ...maybe('toolType', url.toolType),
      ...maybe('toolName', url.toolName),
    },
  ];
}
