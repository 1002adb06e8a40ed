import { EXAMPLES } from '../examples';
import { LOGIN_BODY } from '../costs';
import { route } from '../route';
import {
  OAuthError,
  OAuthTokenRequest,
  OAuthTokenResponse,
  TokenRequest,
  TokenResponse,
} from '../schemas/tokens';

const tag = 'Tokens';

export const tokenRoutes = {
  grant_token: route({
    method: 'POST',
    path: '/api/v1/token',
    summary: 'Get an access token.',
    description:
      'Exchanges application credentials, a user name and password, or a refresh token for a short-lived JWT.',
    tag,
    body: TokenRequest,
    bodyExample: EXAMPLES.token,
    answers: { 200: { description: 'Executed successfully.', schema: TokenResponse } },
    errors: [400, 500, 503],
    audited: 'login',
    cost: LOGIN_BODY,
    permission: { kind: 'public' },
  }),
  grant_token_v2: route({
    method: 'POST',
    path: '/api/v2/token',
    summary: 'Get an access token by OAuth 2.',
    description: 'RFC 6749 with a form body; errors are `{error, error_description}`.',
    tag,
    body: OAuthTokenRequest,
    bodyExample: EXAMPLES.oauthToken,
    bodyType: 'application/x-www-form-urlencoded',
    answers: {
      200: { description: 'Executed successfully.', schema: OAuthTokenResponse },
      400: { description: 'The request is invalid.', schema: OAuthError },
      401: { description: 'The client is unknown or its secret is wrong.', schema: OAuthError },
    },
    errors: [500, 503],
    audited: 'login',
    errorBody: 'oauth',
    cost: LOGIN_BODY,
    permission: { kind: 'public' },
  }),
};
