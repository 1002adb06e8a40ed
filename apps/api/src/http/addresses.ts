import type { FastifyInstance } from 'fastify';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';

interface Address {
  readonly pattern: RegExp;
  /** Parts of the path that can be anything. */
  readonly open: number;
  readonly methods: Set<string>;
}

/** Fastify answers it wherever it answers GET; `Allow` does not dwell on it. */
const IMPLIED = 'HEAD';

/** Every address that is served and the methods there, for the answer to who asks for something else. */
export class Addresses {
  private readonly known = new Map<string, Address>();
  private complete = false;

  /** Learns every route that is mounted from now on, until it is told that they are all there. */
  listen(host: FastifyInstance): void {
    host.addHook('onRoute', ({ method, url }) => {
      if (!this.complete) for (const one of [method].flat()) this.add(one, url);
    });
  }

  stop(): void {
    this.complete = true;
  }

  /** A route in the router's style: `:name` for a part, `::` for a colon, `*` for the rest. */
  add(method: string, url: string): void {
    if (method === IMPLIED) return;
    const address = this.known.get(url) ?? addressOf(url);
    address.methods.add(method);
    this.known.set(url, address);
  }

  /** 405 with the methods of the address that fits best, else 404. */
  refusal(method: string, url: string): HttpError {
    const path = url.split('?')[0] ?? '';
    const [nearest] = [...this.known.values()]
      .filter(({ pattern }) => pattern.test(path))
      .sort((a, b) => a.open - b.open);
    return nearest === undefined ? nothingAt(method, path) : wrongMethod(method, nearest.methods);
  }
}

/** 404 for an address that nothing stands at. */
export const nothingAt = (method: string, path: string): HttpError =>
  new HttpError(404, 'There is nothing at this address.', `${method} ${path.slice(0, 200)}`);

/** 405 with `Allow`. */
export function wrongMethod(method: string, methods: Iterable<string>): HttpError {
  const allow = [...methods].sort().join(', ');
  return new HttpError(405, ERRORS[405].message, `${method} is not possible here; use ${allow}`, { allow });
}

const OPEN = /:[A-Za-z]+|\*/g;

function addressOf(url: string): Address {
  const literal = url.replaceAll('::', '\u0000');
  const open = literal.match(OPEN)?.length ?? 0;
  const pattern = literal
    .replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(OPEN, (part) => (part === '*' ? '.*' : '[^/]+'))
    .replaceAll('\u0000', ':');
  return { pattern: new RegExp(`^${pattern}/?$`), open, methods: new Set() };
}
