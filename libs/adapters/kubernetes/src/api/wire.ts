import type { OwnerReference } from '@tessera/contracts-kubernetes';
import type { WireObject } from '../informer/wire-object';

type Strings = Readonly<Record<string, string>>;

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly finalizers?: readonly string[];
  readonly labels?: Strings;
  readonly annotations?: Strings;
  readonly ownerReferences?: readonly OwnerReference[];
}

interface ConditionWire {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: { readonly reason?: string; readonly message?: string; readonly exitCode?: number };
}

/** Requests and limits of a container or a pod. */
export interface ContainerResources {
  readonly requests?: Strings;
  readonly limits?: Strings;
}

/** The fields of a pod that we read. */
export interface PodWire extends WireObject {
  readonly metadata: Metadata;
  readonly spec: {
    readonly nodeName?: string;
    readonly hostNetwork?: boolean;
    readonly containers: readonly {
      readonly name: string;
      readonly image?: string;
      readonly env?: readonly {
        readonly name: string;
        readonly valueFrom?: { readonly configMapKeyRef?: { readonly name?: string } };
      }[];
      readonly resources?: ContainerResources;
    }[];
    /** One with the restart policy `Always` is a sidecar: it goes on beside the containers. */
    readonly initContainers?: readonly {
      readonly name: string;
      readonly restartPolicy?: string;
      readonly resources?: ContainerResources;
    }[];
    /** Set for all containers together. */
    readonly resources?: ContainerResources;
    /** Added by the RuntimeClass. */
    readonly overhead?: Strings;
    readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly podIP?: string;
    readonly hostIP?: string;
    readonly conditions?: readonly ConditionWire[];
    readonly containerStatuses?: readonly {
      readonly name: string;
      readonly ready?: boolean;
      readonly state?: ContainerState;
      readonly lastState?: ContainerState;
    }[];
    readonly initContainerStatuses?: readonly {
      readonly ready?: boolean;
      readonly state?: ContainerState;
      readonly lastState?: ContainerState;
    }[];
  };
}

/** The fields of a node that we read. */
export interface NodeWire extends WireObject {
  readonly metadata: Metadata;
  readonly spec?: {
    readonly unschedulable?: boolean;
    readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  };
  readonly status?: {
    readonly allocatable?: Strings;
    readonly capacity?: Strings;
    readonly conditions?: readonly ConditionWire[];
  };
}

/** The fields of a namespace that we read. */
export interface NamespaceWire extends WireObject {
  readonly metadata: Metadata;
}

/** The fields of a ConfigMap that we read. */
export interface ConfigMapWire extends WireObject {
  readonly metadata: Metadata;
  readonly data?: Readonly<Record<string, string>>;
}
