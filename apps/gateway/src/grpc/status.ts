import type { ServerResponse } from 'node:http';
import type { HttpError } from '@tessera/platform-http';
import { isGrpc } from './call';

/** Status codes of gRPC (https://grpc.github.io/grpc/core/md_doc_statuscodes.html). */
const STATUS: Readonly<Record<number, number>> = {
  400: 3, // INVALID_ARGUMENT
  401: 16, // UNAUTHENTICATED
  403: 7, // PERMISSION_DENIED
  404: 5, // NOT_FOUND
  408: 4, // DEADLINE_EXCEEDED
  411: 3, // INVALID_ARGUMENT
  413: 8, // RESOURCE_EXHAUSTED
  429: 8, // RESOURCE_EXHAUSTED
  499: 1, // CANCELLED
  500: 13, // INTERNAL
  501: 12, // UNIMPLEMENTED
  502: 14, // UNAVAILABLE
  503: 14, // UNAVAILABLE
  504: 4, // DEADLINE_EXCEEDED
};
const UNKNOWN = 2;
/** Longest `grpc-message`, bytes: clients limit the size of trailers to 8 KiB. */
const MOST_TEXT = 2_000;

/** The gRPC status code for an error of the gateway. */
export const grpcStatus = (httpStatus: number): number => STATUS[httpStatus] ?? UNKNOWN;

/** Whether the response is that of a gRPC call over HTTP/2. */
export const answersGrpc = ({ req }: ServerResponse): boolean =>
  req.httpVersionMajor === 2 && isGrpc(req.headers);

/** Ends a call that has no response yet with the status of the error and its headers as metadata. */
export function answerGrpc(response: ServerResponse, error: HttpError): void {
  response.writeHead(200, { ...error.headers, 'content-type': 'application/grpc', ...statusOf(error) }).end();
}

/** Ends a call whose response has begun. */
export function abortGrpc(response: ServerResponse, error: HttpError): void {
  response.addTrailers(statusOf(error));
  response.end();
}

const statusOf = ({ status, message }: HttpError): Readonly<Record<string, string>> => ({
  'grpc-status': String(grpcStatus(status)),
  'grpc-message': percentEncoded(message),
});

/** Percent-encoded as gRPC requires: only printable ASCII without `%` is unencoded. */
const percentEncoded = (text: string): string =>
  encodeURI(Buffer.from(text).subarray(0, MOST_TEXT).toString()).replace(/%20/g, ' ');
