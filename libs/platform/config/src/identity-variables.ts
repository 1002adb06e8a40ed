import { consoleClients, oidcIssuers } from './identity-values';
import { variable, type Variable } from './variable';

/** Settings of additional identity providers. */
export const IDENTITY_VARIABLES = {
  TESSERA_OIDC_ISSUERS: variable(
    oidcIssuers,
    'Comma list of additional token issuers, each `<issuer>`, `<issuer>|<audience>` or `<issuer>|<audience>|emails-trusted`. Their keys are found by OIDC discovery. An email is accepted if the token marks it as verified (`email_verified: true`). With `emails-trusted` it is also accepted without that claim; use this only for issuers that verify every email.',
  ),
  TESSERA_CONSOLE_OIDC_CLIENTS: variable(
    consoleClients,
    'Comma list of the issuers of `TESSERA_OIDC_ISSUERS` by which people sign in to the console, each `<issuer>|<client id>`, `<issuer>|<client id>|<scopes>` or `<issuer>|<client id>|<scopes>|<name>`: a public client with PKCE, scopes separated by spaces (`openid profile email` unless given), and what the button says (the host unless given). Its redirect URI is `<TESSERA_API_PUBLIC_URL>/sign-in`. Where the audience of the issuer is the client id, the console sends the ID token to the API, otherwise the access token.',
  ),
} as const satisfies Record<string, Variable>;
