import { ERRORS } from '@tessera/contracts-rest';
import { isObjectName } from '@tessera/domain-workload';
import { HttpError } from '@tessera/platform-http';

/** The name of a node; throws 404 for what cannot be one. */
export function nodeNamed(nodeName: string): string {
  if (!isObjectName(nodeName))
    throw new HttpError(404, ERRORS[404].message, 'The cluster has no node of that name.');
  return nodeName;
}
