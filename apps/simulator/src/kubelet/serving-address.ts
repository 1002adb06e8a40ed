import { ANNOTATIONS } from '@tessera/contracts-kubernetes';
import type { KubeApi } from '../client/kube-client';
import { objectPath } from '../client/paths';
import type { Pod } from '../wire/objects';

/** Annotates the pod with its actual serving address, where that is not its own address. */
export async function tellServingAddress(
  { metadata: { name, namespace, uid } }: Pod,
  { host, port }: { readonly host: string; readonly port: number },
  client: KubeApi,
): Promise<void> {
  const annotations = { [ANNOTATIONS.servingAddress]: `${host}:${port}` };
  await client.patch(objectPath('pods', name, namespace), { metadata: { uid, annotations } });
}
