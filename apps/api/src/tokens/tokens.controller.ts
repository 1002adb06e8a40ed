import { Controller } from '@nestjs/common';
import type { Input } from '@tessera/contracts-rest';
import { maybe } from '@tessera/kernel';
import { HttpError } from '@tessera/platform-http';
import type { Call, Reply } from '../http/call';
import { Operation } from '../http/operation';
import { Logins } from '../limits/logins';
import { basicCredentials, readGrant, readOAuthGrant } from './grants';

/** Token requests, in the product's own form and as OAuth 2. */
@Controller()
export class TokensController {
  constructor(private readonly logins: Logins) {}

  @Operation('grant_token')
  async grant({ body }: Input<'grant_token'>, { caller }: Call): Reply<'grant_token'> {
    const granted = await this.logins.login('grant_token', caller, readGrant(body));
    if (granted === undefined) throw new HttpError(400, 'The credentials are not valid.');
    const { accessToken, refreshToken, expiresIn } = granted;
    return {
      status: 200,
      body: { accessToken, expiresIn, ...maybe('refreshToken', refreshToken) },
    };
  }

  @Operation('grant_token_v2')
  async grantOAuth({ body }: Input<'grant_token_v2'>, { headers, caller }: Call): Reply<'grant_token_v2'> {
    const basic = basicCredentials(headers['authorization']);
    const grant = readOAuthGrant({ ...basic, ...body });
    if ('error' in grant) return { status: 400, body: grant };
    const granted = await this.logins.login('grant_token_v2', caller, grant);
    if (granted === undefined) {
      const refused = { error: grant.kind === 'client' ? 'invalid_client' : 'invalid_grant' };
      // RFC 6749 §5.2: a client that authenticated with the header gets its error in the header.
      const headers = { 'www-authenticate': 'Basic realm="tessera"' };
      return grant.kind === 'client'
        ? { status: 401, headers, body: refused }
        : { status: 400, body: refused };
    }
    const { accessToken, refreshToken, expiresIn } = granted;
    return {
      status: 200,
      headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
      body: {
        access_token: accessToken,
        token_type: 'Bearer',
        expires_in: expiresIn,
        ...maybe('refresh_token', refreshToken),
      },
    };
  }
}
