import type { TokenGrant } from '@tessera/application-control-plane';
import type { TokenRequest } from '@tessera/contracts-rest';
import { MISSING } from '@tessera/domain-workload';
import { HttpError } from '@tessera/platform-http';
import { badRequest } from '../http/filters/violations';

/** The grant of the product's own form; throws 400 for missing fields. */
export function readGrant(body: TokenRequest): TokenGrant {
  const type = body.grantType ?? (body.appID ? 'app_token' : undefined);
  switch (type) {
    case 'app_token':
      return client(body.appID ?? body.clientID, body.appSecret ?? body.clientSecret, 'appID', 'appSecret');
    case 'client_credentials':
      return client(
        body.clientID ?? body.appID,
        body.clientSecret ?? body.appSecret,
        'clientID',
        'clientSecret',
      );
    case 'password':
      if (!body.username || !body.password) throw missing(body, ['username', 'password']);
      return { kind: 'password', username: body.username, password: body.password };
    case 'refresh_token':
      if (!body.refreshToken) throw missing(body, ['refreshToken']);
      return { kind: 'refresh', refreshToken: body.refreshToken };
    case undefined:
      throw missing(body, ['grantType']);
    default:
      throw new HttpError(400, `The grant type ${type} is not supported: it requires a third party.`);
  }
}

function client(
  id: string | null | undefined,
  secret: string | null | undefined,
  idName: string,
  secretName: string,
): TokenGrant {
  if (!id || !secret) throw missing({ [idName]: id, [secretName]: secret }, [idName, secretName]);
  return { kind: 'client', clientId: id, secret };
}

const missing = (body: Readonly<Record<string, unknown>>, fields: readonly string[]): HttpError =>
  badRequest(fields.filter((field) => !body[field]).map((field) => ({ field, message: MISSING })));

type OAuthBody = Readonly<Record<string, unknown>>;

/** The grant of an OAuth 2 request, or the error of RFC 6749 §5.2. */
export function readOAuthGrant(
  body: OAuthBody,
): TokenGrant | { readonly error: string; readonly error_description: string } {
  const text = (name: string): string => (typeof body[name] === 'string' ? body[name] : '');
  const lacking = (...names: string[]): string | undefined => names.find((name) => text(name) === '');
  const invalid = (name: string) => ({ error: 'invalid_request', error_description: `${name} is missing` });
  switch (text('grant_type')) {
    case 'client_credentials': {
      const name = lacking('client_id', 'client_secret');
      return name === undefined
        ? { kind: 'client', clientId: text('client_id'), secret: text('client_secret') }
        : invalid(name);
    }
    case 'password': {
      const name = lacking('username', 'password');
      return name === undefined
        ? { kind: 'password', username: text('username'), password: text('password') }
        : invalid(name);
    }
    case 'refresh_token':
      return lacking('refresh_token') === undefined
        ? { kind: 'refresh', refreshToken: text('refresh_token') }
        : invalid('refresh_token');
    case '':
      return invalid('grant_type');
    default:
      return {
        error: 'unsupported_grant_type',
        error_description: 'use client_credentials, password or refresh_token',
      };
  }
}

/** Client credentials in the header (RFC 6749 §2.3.1). */
export function basicCredentials(header: string | string[] | undefined): OAuthBody {
  const match = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(typeof header === 'string' ? header : '');
  const [id, ...secret] = Buffer.from(match?.[1] ?? '', 'base64')
    .toString('utf8')
    .split(':');
  // No client id contains NUL, and Postgres cannot search for it.
  return match === null || id?.includes('\0') === true
    ? {}
    : { client_id: decoded(id ?? ''), client_secret: decoded(secret.join(':')) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
