/**
 * Wraps a listener of a socket, stream or request, so that its failure ends one exchange and never the process. Nothing
 * can catch an exception in a listener, so Node would end the process. The input of listeners comes from the peer, so
 * every listener that handles it is wrapped. `failed` gets the error and the arguments of the call and must end the
 * exchange; errors that it throws are dropped.
 */
export function contained<A extends readonly unknown[]>(
  listener: (...args: A) => unknown,
  failed: (error: unknown, ...args: A) => void,
): (...args: A) => void {
  const end = (error: unknown, args: A): void => {
    try {
      failed(error, ...args);
    } catch {
      // Ending the exchange failed too; its timeouts will end it.
    }
  };
  return (...args) => {
    try {
      const result = listener(...args);
      if (result instanceof Promise) result.catch((error: unknown) => end(error, args));
    } catch (error) {
      end(error, args);
    }
  };
}
