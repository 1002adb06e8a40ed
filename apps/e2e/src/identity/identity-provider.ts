import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { maybe } from '@tessera/kernel';
import { signed } from '@tessera/testing-services';

/** Somebody who has an account at the provider. */
export interface Account {
  readonly email: string;
  readonly groups?: readonly string[];
}

/** What the provider does otherwise than it should. */
export interface Manner {
  /** Answers with this `state` instead of the one that it was sent. */
  readonly state?: string;
  /** Names this in the ID token instead of the nonce that it was sent. */
  readonly nonce?: string;
  /** Codes have ended when they are used. */
  readonly codesEnd?: boolean;
  /** Access tokens are for somebody else. */
  readonly audience?: string;
  /** Its token endpoint may not be called by pages of other origins. */
  readonly closed?: boolean;
}

interface Code {
  readonly parameters: URLSearchParams;
  readonly account: Account;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const LIFETIME_S = 600;
/** What a request for authorisation has to say, and what is answered where it does not (RFC 6749 §4.1.1, RFC 7636). */
const REQUIRED: Readonly<Record<string, RegExp>> = {
  response_type: /^code$/,
  state: /^.{20,}$/,
  nonce: /^.{20,}$/,
  code_challenge: /^[\w-]{43}$/,
  code_challenge_method: /^S256$/,
  scope: /^openid( |$)/,
};

/**
 * An OpenID Connect provider: discovery, keys, a page that asks whoever signs in, and a token endpoint for one public
 * client that insists on PKCE. Who signs in, and what it does wrong, tests choose.
 */
export class IdentityProvider {
  account: Account = { email: 'nobody@example.com' };
  manner: Manner = {};
  /** Where the client may be led back to. */
  readonly redirectUris = new Set<string>();
  /** Requests with what browsers send along, such as `GET /authorize from https://…`. */
  readonly referrers: string[] = [];
  private readonly codes = new Map<string, Code>();
  private readonly pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  private readonly server = createServer((request, response) => void this.answer(request, response));

  private constructor(readonly clientId: string) {}

  static async start(clientId: string): Promise<IdentityProvider> {
    const provider = new IdentityProvider(clientId);
    await new Promise<void>((resolve) => provider.server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    if (request.headers.referer !== undefined) this.referrers.push(request.headers.referer);
    switch (pathname) {
      case '/.well-known/openid-configuration':
        return void response.writeHead(200, JSON_TYPE).end(JSON.stringify(this.discovery()));
      case '/keys': {
        const key = { ...this.pair.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256', use: 'sig' };
        return void response.writeHead(200, JSON_TYPE).end(JSON.stringify({ keys: [key] }));
      }
      case '/authorize':
        return this.ask(searchParams, response);
      case '/decide':
        return this.decide(searchParams, response);
      case '/token':
        return this.grant(new URLSearchParams(await text(request)), response);
      default:
        return void response.writeHead(404).end();
    }
  }

  private discovery(): object {
    return {
      issuer: this.url,
      jwks_uri: `${this.url}/keys`,
      authorization_endpoint: `${this.url}/authorize`,
      token_endpoint: `${this.url}/token`,
      authorization_response_iss_parameter_supported: true,
    };
  }

  /** The page on which somebody agrees or declines; without a client and a place that are known, it leads nowhere. */
  private ask(parameters: URLSearchParams, response: ServerResponse): void {
    const wrong = Object.entries(REQUIRED)
      .filter(([name, pattern]) => !pattern.test(parameters.get(name) ?? ''))
      .map(([name]) => name);
    const known =
      parameters.get('client_id') === this.clientId &&
      this.redirectUris.has(parameters.get('redirect_uri') ?? '');
    if (!known || wrong.length > 0)
      return void response.writeHead(400).end(`not a request of the client: ${wrong.join(', ')}`);
    const link = (name: string, decision: string): string =>
      `<a href="/decide?${new URLSearchParams([...parameters, ['decision', decision]])}">${name}</a>`;
    response.writeHead(200, { 'content-type': 'text/html' }).end(
      `<!doctype html><html lang="en"><title>Provider</title><link rel="icon" href="data:,"><h1>Hello ${this.account.email}</h1>
${link('Agree', 'agree')} ${link('Decline', 'decline')}`,
    );
  }

  private decide(parameters: URLSearchParams, response: ServerResponse): void {
    const address = new URL(parameters.get('redirect_uri') ?? '');
    address.searchParams.set('state', this.manner.state ?? parameters.get('state') ?? '');
    address.searchParams.set('iss', this.url);
    if (parameters.get('decision') === 'agree') {
      const code = randomUUID();
      this.codes.set(code, { parameters, account: this.account });
      address.searchParams.set('code', code);
    } else {
      address.searchParams.set('error', 'access_denied');
      address.searchParams.set('error_description', 'The person declined.');
    }
    response.writeHead(302, { location: address.href }).end();
  }

  private grant(body: URLSearchParams, response: ServerResponse): void {
    const headers = { ...JSON_TYPE, ...(this.manner.closed ? {} : { 'access-control-allow-origin': '*' }) };
    const code = this.codes.get(body.get('code') ?? '');
    this.codes.delete(body.get('code') ?? '');
    const refusal = this.refusalOf(body, code?.parameters);
    if (code === undefined || refusal !== undefined)
      return void response
        .writeHead(400, headers)
        .end(JSON.stringify({ error: 'invalid_grant', error_description: refusal }));
    response.writeHead(200, headers).end(JSON.stringify(this.tokens(code)));
  }

  private refusalOf(body: URLSearchParams, asked: URLSearchParams | undefined): string | undefined {
    if (asked === undefined) return 'the code is unknown or was used';
    if (this.manner.codesEnd === true) return 'the code has ended';
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    if (challenge !== asked.get('code_challenge')) return 'the verifier does not match';
    const same = ['client_id', 'redirect_uri'].every((name) => body.get(name) === asked.get(name));
    return same && body.get('grant_type') === 'authorization_code' ? undefined : 'the request is another one';
  }

  private tokens({ parameters, account: { email, groups } }: Code): object {
    const { nonce, audience = 'tessera' } = this.manner;
    const now = Math.floor(Date.now() / 1000);
    const person = { email, email_verified: true, ...maybe('groups', groups) };
    const claims = { iss: this.url, sub: `sub-of-${email}`, iat: now, exp: now + LIFETIME_S, ...person };
    const token = (more: object): string =>
      signed(this.pair.privateKey, { alg: 'ES256', kid: 'k' }, { ...claims, ...more });
    return {
      access_token: token({ aud: audience, jti: randomUUID() }),
      id_token: token({ aud: this.clientId, nonce: nonce ?? parameters.get('nonce') }),
      token_type: 'Bearer',
      expires_in: LIFETIME_S,
    };
  }
}
