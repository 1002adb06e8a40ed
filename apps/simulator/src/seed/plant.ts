import { retry } from '@tessera/platform-lifecycle';
import {
  ApiError,
  collectionPath,
  isAlreadyExists,
  type KubeApi,
} from '@tessera/simulation-kubernetes-api/client';
import type { ObjectSeed } from './cluster-seed';

const BACKOFF = { firstMs: 100, maxMs: 2_000, attempts: 30 };

/** A rejection that a retry will not change. */
const isFinal = (error: unknown): boolean =>
  error instanceof ApiError && error.code >= 400 && error.code < 500 && ![404, 409, 429].includes(error.code);

/** Creates the objects of a seed in order through the API; existing ones are left unchanged. */
export async function plant(
  client: KubeApi,
  objects: readonly ObjectSeed[],
  signal: AbortSignal,
): Promise<void> {
  for (const { plural, namespace, object } of objects)
    await retry(
      async () => {
        try {
          await client.create(collectionPath(plural, namespace), object);
        } catch (error) {
          if (!isAlreadyExists(error)) throw error;
        }
      },
      { ...BACKOFF, signal, isFinal },
    );
}
