import { z } from 'zod';
import { LENGTH } from './bounds';

export const GRANT_TYPES = [
  'app_token',
  'client_credentials',
  'refresh_token',
  'exchange_token',
  'password',
  'external_token_exchange',
] as const;

const text = z.string().max(LENGTH.token);
const optional = text.nullish();

/** Keys are case-insensitive: the official client sends `AppId`, others `clientId`. */
const lowerFirst = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const known = new Map(TOKEN_KEYS.map((key) => [key.toLowerCase(), key]));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [known.get(key.toLowerCase()) ?? key, item as unknown]),
  );
};

const TOKEN_KEYS = [
  'grantType',
  'appID',
  'appSecret',
  'clientID',
  'clientSecret',
  'username',
  'password',
  'refreshToken',
  'code',
  'redirectUri',
  'externalToken',
];

export const TokenRequest = z.preprocess(
  lowerFirst,
  z
    .looseObject({
      grantType: z.enum(GRANT_TYPES).nullish(),
      appID: optional,
      appSecret: optional,
      clientID: optional,
      clientSecret: optional,
      username: optional,
      password: optional,
      refreshToken: optional,
      code: optional,
      redirectUri: optional,
      externalToken: optional,
    })
    .meta({ id: 'TokenRequest' }),
);
export type TokenRequest = z.infer<typeof TokenRequest>;

export const TokenResponse = z
  .object({
    accessToken: z.string(),
    idToken: z.string().optional(),
    refreshToken: z.string().optional(),
    externalToken: z.string().optional(),
    expiresIn: z.int().optional(),
  })
  .meta({ id: 'TokenResponse' });

/** OAuth 2 token request, form-encoded (RFC 6749 §4). */
export const OAuthTokenRequest = z.looseObject({
  grant_type: text.optional(),
  client_id: text.optional(),
  client_secret: text.optional(),
  username: text.optional(),
  password: text.optional(),
  refresh_token: text.optional(),
  scope: text.optional(),
});
export const OAuthTokenResponse = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int(),
  refresh_token: z.string().optional(),
});
export const OAuthError = z.object({ error: z.string(), error_description: z.string().optional() });
