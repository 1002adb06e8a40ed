import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Asks the client for the body it offers (`Expect: 100-continue`) when somebody begins to read it: not before the
 * request is allowed and has a replica. Where the final response comes first, the connection is not used again, because
 * the client may leave the body out.
 */
export function continueOnRead(request: IncomingMessage, response: ServerResponse): void {
  const read = request._read.bind(request);
  const { shouldKeepAlive } = response;
  response.shouldKeepAlive = false;
  request._read = (size) => {
    request._read = read;
    if (!response.headersSent && !response.destroyed) {
      response.shouldKeepAlive = shouldKeepAlive;
      response.writeContinue();
    }
    read(size);
  };
}
