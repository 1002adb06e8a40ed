import { SHARED_GPU } from '@tessera/contracts-kubernetes';
import type { WireObject } from './informer';

/** An object beside the pods. */
export interface CompanionWire extends WireObject {
  readonly metadata: WireObject['metadata'] & {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly object[];
    readonly deletionTimestamp?: string;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: { readonly phase?: string };
  /** Of the map of a replica, the devices in it. */
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * What is kept of an object beside the pods: all that anybody here reads, as text. There are several for each workload and
 * each is looked at a few times in its life; as objects they would be a third of the scheduler's memory.
 */
export class KeptCompanion implements WireObject {
  private constructor(private readonly text: string) {}

  static of({ metadata, spec, status, data }: CompanionWire): KeptCompanion {
    const devices = data?.[SHARED_GPU.visibleDevices];
    const { name, namespace, uid, resourceVersion, labels, annotations, ownerReferences, deletionTimestamp } =
      metadata;
    const phase = status?.phase;
    return new KeptCompanion(
      JSON.stringify({
        metadata: {
          name,
          namespace,
          uid,
          resourceVersion,
          labels,
          annotations,
          ownerReferences,
          deletionTimestamp,
        },
        spec,
        status: phase === undefined ? undefined : { phase },
        data: devices === undefined ? undefined : { [SHARED_GPU.visibleDevices]: devices },
      }),
    );
  }

  get metadata(): CompanionWire['metadata'] {
    return this.whole().metadata;
  }

  whole(): CompanionWire {
    return JSON.parse(this.text) as CompanionWire;
  }
}
