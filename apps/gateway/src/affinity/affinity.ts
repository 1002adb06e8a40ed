import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { prefixHashes, textHash } from '@tessera/domain-workload/prefix-hashes';
import type { Caller } from '../access/caller';
import type { ModelRequest } from '../openai/model-request';
import type { Workload } from '../routing/workload';
import type { CookieClient, Preference } from './preference';
import { markCookie, markIn } from './session-cookie';

/** Characters per block, about 128 tokens of English, and the maximum number of blocks of a prompt. */
const BLOCKS = { size: 512, most: 64 };
/** Endpoints whose prompts model servers keep in their prefix caches. */
const PROMPTED = new Set<ModelRequest['endpoint']>([
  'chat/completions',
  'completions',
  'responses',
  'messages',
]);

export interface AffinityOptions {
  /** Request header that names a session, in lower case. */
  readonly sessionHeader: string;
}

/** Which replica suits a request: that of its session, else one that has seen the beginning of its prompt. */
export class Affinity {
  /** Salt of the hashes, so that no caller can compute hash collisions to displace the prompts of others. */
  private readonly secret = randomUUID();

  constructor(private readonly options: AffinityOptions) {}

  /** Undefined where any replica suits. `client` is undefined where the workload uses no session cookies. */
  of(
    headers: IncomingHttpHeaders,
    workload: Workload,
    caller: Caller | undefined,
    request: ModelRequest | undefined,
    client: CookieClient | undefined,
  ): Preference | undefined {
    const session = headers[this.options.sessionHeader];
    if (typeof session === 'string' && session !== '') return { by: 'session', hash: textHash(session) };
    if (client !== undefined) return { by: 'cookie', mark: markIn(headers.cookie), client };
    if (request === undefined || !PROMPTED.has(request.endpoint) || !workload.usesPrefixAffinity)
      return undefined;
    return this.ofPrompt(request, `${this.secret} ${workload.id} ${tenantOf(caller)}`);
  }

  /** Computes the hashes when they are first needed. */
  private ofPrompt(request: ModelRequest, salt: string): Preference {
    let hashes: readonly number[] | undefined;
    return {
      by: 'prompt',
      hashes: () => (hashes ??= prefixHashes(request.promptStart, { ...BLOCKS, salt })),
    };
  }
}

/**
 * Prompts are compared only within a tenant: the project of a key, else a single caller. Otherwise response times would
 * reveal which prompts others have sent.
 */
const tenantOf = (caller: Caller | undefined): string => {
  if (caller === undefined) return '';
  return caller.project === undefined ? `${caller.kind} ${caller.id}` : `project ${caller.project}`;
};

/** The `set-cookie` for the chosen replica; undefined where the client has that cookie already, or needs none. */
export function cookieAfter(
  preference: Preference | undefined,
  { mark }: { readonly mark: string },
): string | undefined {
  if (preference?.by !== 'cookie' || preference.mark === mark) return undefined;
  return markCookie(mark, preference.client.prefix, preference.client.secure);
}
