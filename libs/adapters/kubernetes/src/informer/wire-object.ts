/** Fields of every object on the wire. */
export interface WireObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
}

export type Change<T> = { readonly type: 'added' | 'updated' | 'deleted'; readonly object: T };

/** `namespace/name`, or the name alone for cluster-wide objects. */
export const keyOf = ({ metadata }: WireObject): string =>
  metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
