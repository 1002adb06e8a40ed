import { maybe } from '@tessera/kernel';
import type { Logger } from '@tessera/platform-logging';
import type { KubernetesConnection } from './connection';
import { Informer } from '../informer/informer';
import type { WireObject } from '../informer/wire-object';

interface PullEvent extends WireObject {
  readonly involvedObject: { readonly uid?: string };
}

/**
 * Events of kubelets that the image of a container is on its node, whether it was pulled or already present; the status
 * of a pod does not contain that. Kubelets drop events under load.
 */
export class ImagePulls {
  private readonly informer: Informer<PullEvent, WireObject>;

  /** `onPulled` gets the uid of the pod, once for each container. */
  constructor(connection: KubernetesConnection, logger: Logger, onPulled: (podUid: string) => void) {
    this.informer = new Informer<PullEvent, WireObject>({
      connection,
      logger,
      path: '/api/v1/events',
      bookmarks: false,
      fieldSelector: 'involvedObject.kind=Pod,reason=Pulled',
      trim: ({ metadata: { name, namespace, uid, resourceVersion } }) => ({
        metadata: { name, uid, resourceVersion, ...maybe('namespace', namespace) },
      }),
    });
    this.informer.onChange(({ type, object }) => {
      const uid = 'involvedObject' in object ? object.involvedObject.uid : undefined;
      if (type !== 'deleted' && uid !== undefined) onPulled(uid);
    });
  }

  start = (): Promise<void> => this.informer.start();
  stop = (): Promise<void> => this.informer.stop();
}
