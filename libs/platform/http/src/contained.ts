/**
 * A listener of a socket, a stream or a request whose failure ends one exchange and never the process. An exception in
 * a listener reaches nobody who could catch it: Node ends the process. What the other side sends decides what happens in
 * there, so every listener that touches it goes through here. `failed` gets the error and the arguments of the call, and
 * has to end the exchange; what it throws itself is dropped.
 */
export function contained<A extends readonly unknown[]>(
  listener: (...args: A) => unknown,
  failed: (error: unknown, ...args: A) => void,
): (...args: A) => void {
  const end = (error: unknown, args: A): void => {
    try {
      failed(error, ...args);
    } catch {
      // Ending the exchange has failed too: its timeouts do it.
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
