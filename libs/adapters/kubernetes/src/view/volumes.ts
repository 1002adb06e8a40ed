import type { ClaimState } from '@tessera/application-reconciliation';
import type { Logger } from '@tessera/platform-logging';
import type { KubernetesConnection } from '../api/connection';
import { Informer } from '../informer/informer';
import type { WireObject } from '../informer/wire-object';

type Terms = NonNullable<ClaimState['terms']>;
type Expression = Terms[number]['expressions'][number];

interface Requirement {
  readonly key: string;
  readonly operator: Expression['operator'];
  readonly values?: readonly string[];
}

/** The fields of a PersistentVolume that we read. */
export interface VolumeWire extends WireObject {
  readonly spec?: {
    readonly nodeAffinity?: {
      readonly required?: {
        readonly nodeSelectorTerms?: readonly {
          readonly matchExpressions?: readonly Requirement[];
          readonly matchFields?: readonly Requirement[];
        }[];
      };
    };
  };
}

interface CachedVolume extends WireObject {
  readonly terms: Terms;
}

/** The fields of a StorageClass that we read. */
export interface StorageClassWire extends WireObject {
  readonly metadata: WireObject['metadata'] & { readonly annotations?: Readonly<Record<string, string>> };
  readonly volumeBindingMode?: string;
  readonly allowedTopologies?: readonly {
    readonly matchLabelExpressions?: readonly { readonly key: string; readonly values: readonly string[] }[];
  }[];
}

const expression = ({ key, operator, values = [] }: Requirement): Expression => ({ key, operator, values });

/** Node affinity of a volume as alternatives; empty for any node. The only field is `metadata.name`. */
export const volumeTerms = (spec: VolumeWire['spec']): Terms =>
  (spec?.nodeAffinity?.required?.nodeSelectorTerms ?? []).map(
    ({ matchExpressions = [], matchFields = [] }) => ({
      expressions: [...matchExpressions, ...matchFields].map(expression),
    }),
  );

/** The nodes on which a class provisions volumes, as alternatives; empty for any node. */
export const classTerms = ({ allowedTopologies = [] }: StorageClassWire): Terms =>
  allowedTopologies.map(({ matchLabelExpressions = [] }) => ({
    expressions: matchLabelExpressions.map(({ key, values }) => ({ key, operator: 'In', values })),
  }));

/** The PersistentVolumes of the cluster, of which only the nodes that reach them are kept. */
export class Volumes {
  readonly informer: Informer<VolumeWire, CachedVolume>;

  constructor(connection: KubernetesConnection, logger: Logger, onChange: () => void) {
    this.informer = new Informer<VolumeWire, CachedVolume>({
      connection,
      logger,
      path: '/api/v1/persistentvolumes',
      trim: ({ metadata: { name, uid, resourceVersion }, spec }) => ({
        metadata: { name, uid, resourceVersion },
        terms: volumeTerms(spec),
      }),
    });
    this.informer.onChange(onChange);
  }

  termsOf(name: string): Terms {
    return this.informer.get(name)?.terms ?? [];
  }
}
