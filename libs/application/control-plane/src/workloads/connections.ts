import type { InferenceSpec } from '@tessera/domain-workload';
import type { Connection, SpecJson } from './model';

const OTHER = 'other';
/** Name and tool of the model server's endpoint. */
export const SERVING = 'serving-endpoint';
const EXTERNAL = 'ExternalUrl';
const people = (
  users: readonly string[] | null | undefined,
  groups: readonly string[] | null | undefined,
) => ({
  ...(users && users.length > 0 ? { authorizedUsers: users } : {}),
  ...(groups && groups.length > 0 ? { authorizedGroups: groups } : {}),
});
const items = <T extends { readonly exclude?: boolean | null | undefined }>(
  given: readonly (T | null | undefined)[] | null | undefined,
): readonly T[] => (given ?? []).flatMap((one) => (one && one.exclude !== true ? [one] : []));

/**
 * Maximum size of all connections of one workload in JSON, characters: every list shows them, five hundred workloads on
 * a page.
 */
const MOST_CHARACTERS = 16_384;

/**
 * Connections that a spec names beside the model server: ports with their tools, exposed and related addresses. If
 * there are too many for a list entry, only the first ones; the spec has them all.
 */
export function connectionsOf(spec: SpecJson): readonly Connection[] {
  let remaining = MOST_CHARACTERS;
  return allConnections(spec as InferenceSpec).filter((one) => {
    if (remaining > 0) remaining -= JSON.stringify(one).length;
    return remaining > 0;
  });
}

function allConnections(spec: InferenceSpec): readonly Connection[] {
  const { ports, exposedUrls, relatedUrls, servingPort } = spec;
  return [
    ...(servingPort?.exposedUrl
      ? [
          {
            name: SERVING,
            toolType: SERVING,
            connectionType: EXTERNAL,
            url: servingPort.exposedUrl,
            ...people(servingPort.authorizedUsers, servingPort.authorizedGroups),
          },
        ]
      : []),
    ...items(ports).map((port) => ({
      name: port.name ?? port.toolName ?? `port ${port.container}`,
      toolType: port.toolType ?? OTHER,
      connectionType: port.serviceType ?? 'ClusterIP',
    })),
    ...items(exposedUrls).map((one) => ({
      name: one.name ?? one.toolName ?? `port ${one.container}`,
      toolType: one.toolType ?? OTHER,
      connectionType: EXTERNAL,
      ...(one.url ? { url: one.url } : {}),
      ...people(one.authorizedUsers, one.authorizedGroups),
    })),
    ...items(relatedUrls).map((one) => ({
      name: one.name ?? one.url ?? OTHER,
      toolType: one.type ?? OTHER,
      connectionType: 'RelatedUrl',
      ...(one.url ? { url: one.url } : {}),
    })),
  ];
}

/** Fills in the addresses that the cluster created for exposed URLs without a given one, in their order. */
export function withAddresses(
  connections: readonly Connection[],
  exposed: readonly { readonly url: string }[],
): readonly Connection[] {
  let index = 0;
  return connections.map((connection) => {
    if (connection.connectionType !== EXTERNAL || connection.toolType === SERVING) return connection;
    const address = exposed[index];
    index += 1;
    return address === undefined ? connection : { ...connection, url: address.url };
  });
}
