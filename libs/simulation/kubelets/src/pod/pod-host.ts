import type { Logger } from '@tessera/platform-logging';
import type { KubeApi } from '@tessera/simulation-kubernetes-api/client';
import type { Pod } from '@tessera/simulation-kubernetes-api/wire';
import type { AddressPool } from './addresses';
import type { AdmissionRejection } from '../node/admission';
import type { DeviceManager } from '../node/devices';
import type { EventRecorder } from '../objects/events';
import type { References } from '../objects/references';

/** How long the steps of a simulated pod take, ms. */
export interface PodTiming {
  readonly pullMs: number;
  readonly startMs: number;
  /** Initial backoff of a crashed container; it doubles up to thirty times itself. */
  readonly crashBackoffMs: number;
  /** Interval between two checks for a missing object. */
  readonly referenceRetryMs: number;
}

/** The services that a pod uses on its node. */
export interface PodHost {
  readonly node: string;
  readonly hostIP: string;
  readonly client: KubeApi;
  readonly events: EventRecorder;
  readonly references: References;
  readonly devices: DeviceManager;
  readonly addresses: AddressPool;
  /** Images pulled to the node. */
  readonly images: Set<string>;
  readonly timing: PodTiming;
  readonly logger: Logger;
  readonly admit: (pod: Pod) => AdmissionRejection | undefined;
}
