export {
  ApiError,
  isAlreadyExists,
  isConflict,
  isExpired,
  isInvalid,
  isNotFound,
  type KubeApi,
  type ListAnswer,
  type PatchKind,
  type WatchEvent,
} from './kube-api';
export { collectionPath, objectPath } from './paths';
