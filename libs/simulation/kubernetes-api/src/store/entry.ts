import type { KubeObject } from '../wire/objects';

/** One version of one object. Immutable once stored; its JSON text is built once. */
export interface Entry {
  /** `namespace/name`, or the name alone for cluster-wide kinds. */
  readonly key: string;
  readonly revision: number;
  readonly object: KubeObject;
  /** JSON of the object without `apiVersion` and `kind`, which list items do not carry. */
  readonly body: string;
}

/** A change of an object at a revision. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  /** The object after the change; for DELETED its last state. */
  readonly entry: Entry;
  readonly previous?: Entry;
}

export const keyOf = (namespace: string | undefined, name: string): string =>
  namespace === undefined ? name : `${namespace}/${name}`;

/** The entry of an object at a revision; writes the revision into the object, which must not be shared yet. */
export function entryOf(key: string, revision: number, object: KubeObject): Entry {
  object.metadata.resourceVersion = String(revision);
  return new StoredEntry(key, revision, object);
}

/** Builds the JSON on first use: most events, leases and intermediate versions are never read. */
class StoredEntry implements Entry {
  private text: string | undefined;

  constructor(
    readonly key: string,
    readonly revision: number,
    readonly object: KubeObject,
  ) {}

  get body(): string {
    if (this.text === undefined) {
      const { apiVersion: _apiVersion, kind: _kind, ...rest } = this.object;
      this.text = JSON.stringify(rest);
    }
    return this.text;
  }
}

/** The whole JSON of an entry. */
export const jsonOf = ({ object, body }: Entry): string =>
  `{"kind":"${object.kind}","apiVersion":"${object.apiVersion}",${body.slice(1)}`;
