import type { Logger } from '@tessera/platform-logging';
import type { KubernetesConnection } from '../api/connection';

/** What an informer watches, and what it caches of it. */
export interface InformerOptions<T, K> {
  readonly connection: KubernetesConnection;
  /** List path, such as `/api/v1/pods`. */
  readonly path: string;
  readonly labelSelector?: string;
  /**
   * Trims an object for the cache; without it the whole object is cached. Listeners get the whole object when it
   * appears, and the trimmed one if its deletion was missed.
   */
  readonly trim?: (object: T) => K;
  readonly fieldSelector?: string;
  /** False for objects to ignore. The result must not change for an object. */
  readonly concerns?: (object: T) => boolean;
  /** How to treat a kind that the API does not serve: as an error, or as an empty list. */
  readonly unknownKind?: 'error' | 'empty';
  /** How to treat a list that we may not read: as an error, or as empty until we may. */
  readonly forbidden?: 'error' | 'empty';
  /**
   * False for a kind whose watches get no bookmarks: silence is no sign of a fault then. Of the kinds of Kubernetes these
   * are events alone, which API servers do not cache (`DefaultWatchCacheSizes` of kube-apiserver). Default true.
   */
  readonly bookmarks?: boolean;
  readonly logger: Logger;
}
