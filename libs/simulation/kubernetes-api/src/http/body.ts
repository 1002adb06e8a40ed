import { badRequest, StatusError, unsupportedMediaType } from '../status-error';
import { PATCH_TYPES } from '../operations/patch';
import { fromProtobuf, isProtobuf } from './protobuf';

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const OBJECT_TYPES = ['application/json', PROTOBUF] as const;

/** Whether a media type may carry what the method sends. */
function demandType(method: string, type: string): void {
  const known: readonly string[] = method === 'PATCH' ? PATCH_TYPES : OBJECT_TYPES;
  if (known.includes(type)) return;
  if (method === 'PATCH')
    throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  throw unsupportedMediaType(OBJECT_TYPES);
}

/** The body as JSON; undefined for an empty one. Throws 400 for an unreadable one, 415 for an unknown media type. */
export function decodeBody(method: string, contentType: string, body: Buffer): unknown {
  if (body.length === 0) return undefined;
  demandType(method, contentType);
  if (contentType === PROTOBUF || isProtobuf(body)) return decodeProtobuf(body);
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch (error) {
    throw badRequest(`the object provided is unrecognized: json parse error: ${(error as Error).message}`);
  }
}

function decodeProtobuf(body: Buffer): unknown {
  try {
    const object = fromProtobuf(body);
    if (object !== undefined) return object;
  } catch (error) {
    throw badRequest(`the object provided is unrecognized: ${(error as Error).message}`);
  }
  throw new StatusError(
    415,
    'UnsupportedMediaType',
    'the simulator reads this kind in JSON only; use kubectl apply -f or create -f',
    {},
  );
}
