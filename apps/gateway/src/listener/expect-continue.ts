import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Sends `100 Continue` to a client that waits for it before it sends the body (`Expect: 100-continue`) when the body is
 * first read: only once the request is allowed and has a replica. Where the final response comes first, the connection
 * is closed afterwards, because the client may leave the body out.
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
