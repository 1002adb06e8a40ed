import type { KubeObject } from '../../wire/objects';
import type { ApiContext } from '../context';
import type { FieldProblem } from '../status-error';

/** What one kind does beyond storing: defaults, server-owned fields, checks. Functions may change `object` in place. */
export interface Strategy {
  /** Fills defaults and server-owned fields of a new object. */
  readonly prepareCreate?: (object: KubeObject, context: ApiContext) => void;
  /** Carries over what an update of the main resource may not touch. */
  readonly prepareUpdate?: (object: KubeObject, previous: KubeObject, context: ApiContext) => void;
  readonly validate?: (object: KubeObject) => readonly FieldProblem[];
  readonly validateUpdate?: (object: KubeObject, previous: KubeObject) => readonly FieldProblem[];
  /** Whether `metadata.generation` counts changes of the spec. */
  readonly countsGenerations?: boolean;
  /** Whether PUT creates an object that is not there. */
  readonly createOnUpdate?: boolean;
  /** Whether PUT needs a resourceVersion. */
  readonly versionedUpdate?: boolean;
  /** Whether DELETE answers the object instead of a Status. */
  readonly returnsDeleted?: boolean;
}
