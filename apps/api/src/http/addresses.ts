import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';

interface Address {
  readonly pattern: RegExp;
  /** Number of variable parts in the path. */
  readonly open: number;
  readonly methods: Set<string>;
}

/** Fastify serves HEAD wherever it serves GET; `Allow` leaves it out. */
const IMPLIED = 'HEAD';

/** All served addresses with their methods, for the response to requests for anything else. */
@Injectable()
export class Addresses {
  private readonly known = new Map<string, Address>();
  private complete = false;

  /** Records every route that is mounted until all are registered. */
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

  /** Throws 405 with the methods of the best matching address, else 404. */
  refusal(method: string, url: string): HttpError {
    const path = url.split('?')[0] ?? '';
    const [nearest] = [...this.known.values()]
      .filter(({ pattern }) => pattern.test(path))
      .sort((a, b) => a.open - b.open);
    return nearest === undefined ? nothingAt(method, path) : wrongMethod(method, nearest.methods);
  }
}

/** 404 for an unknown address. */
export const nothingAt = (method: string, path: string): HttpError =>
  new HttpError(404, 'There is no resource at this address.', `${method} ${path.slice(0, 200)}`);

/** 405 with `Allow`. */
export function wrongMethod(method: string, methods: Iterable<string>): HttpError {
  const allow = [...methods].sort().join(', ');
  return new HttpError(405, ERRORS[405].message, `${method} is not allowed here; use ${allow}`, { allow });
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
