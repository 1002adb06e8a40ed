/** The address of the page of a node. */
export const nodeAddress = (clusterId: string, name: string): string =>
  `/nodes/${clusterId}/${encodeURIComponent(name)}`;
