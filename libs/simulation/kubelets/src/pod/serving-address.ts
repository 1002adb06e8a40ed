import { ANNOTATIONS } from '@tessera/contracts-kubernetes';
import { type KubeApi, objectPath } from '@tessera/simulation-kubernetes-api/client';
import type { Pod } from '@tessera/simulation-kubernetes-api/wire';

/** Annotates the pod with its actual serving address, where that is not its own address. */
export async function reportServingAddress(
  { metadata: { name, namespace, uid } }: Pod,
  { host, port }: { readonly host: string; readonly port: number },
  client: KubeApi,
): Promise<void> {
  const annotations = { [ANNOTATIONS.servingAddress]: `${host}:${port}` };
  await client.patch(objectPath('pods', name, namespace), { metadata: { uid, annotations } });
}
