import type { KubeObject } from '../wire/objects';
import type { ApiContext } from '../context';
import type { FieldProblem } from '../status-error';

/**
 * Behaviour of one kind besides storage: defaults, server-owned fields, validation. Functions may change `object` in
 * place.
 */
export interface Strategy {
  /** Fills defaults and server-owned fields of a new object. */
  readonly prepareCreate?: (object: KubeObject, context: ApiContext) => void;
  /** Carries over fields that an update of the main resource may not change. */
  readonly prepareUpdate?: (object: KubeObject, previous: KubeObject, context: ApiContext) => void;
  readonly validate?: (object: KubeObject) => readonly FieldProblem[];
  readonly validateUpdate?: (object: KubeObject, previous: KubeObject) => readonly FieldProblem[];
  /** Whether `metadata.generation` counts changes of the spec. */
  readonly countsGenerations?: boolean;
  /** Whether PUT creates a missing object. */
  readonly createOnUpdate?: boolean;
  /** Whether PUT requires a resourceVersion. */
  readonly versionedUpdate?: boolean;
  /** Whether DELETE returns the object instead of a Status. */
  readonly returnsDeleted?: boolean;
}
