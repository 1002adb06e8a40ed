/** The schemas of an inference and what reads them, without the other routes: for a page that checks a body. */
export { InferenceCreationRequest, UPDATABLE } from './schemas/inference';
export { InferenceSpec } from './schemas/inference-spec';
export { shapeViolations } from './shape-violations';
export { unknownFields } from './unknown-fields';
