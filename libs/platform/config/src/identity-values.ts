import { list, url } from './variable';

/** Key length of AES-256. */
const KEY_BYTES = 32;

/** Keys of 32 bytes, each in base64 (either alphabet) or hexadecimal. Error messages never contain a key. */
export const encryptionKeys = list.default([]).transform((entries, context) =>
  entries.flatMap((entry, index) => {
    const key = Buffer.from(entry, /^[0-9a-f]{64}$/i.test(entry) ? 'hex' : 'base64url');
    if (key.length === KEY_BYTES && /^[\w+/=-]+$/.test(entry)) return [key];
    context.addIssue(
      `key ${index + 1} is not ${KEY_BYTES} bytes in base64 or hexadecimal; \`openssl rand -base64 ${KEY_BYTES}\` makes one`,
    );
    return [];
  }),
);

/** The option that may follow issuer and audience. */
const EMAILS_TRUSTED = 'emails-trusted';
export const oidcIssuers = list.default([]).transform((entries, context) =>
  entries.flatMap((entry, index) => {
    const [issuer = '', audience = '', option = '', ...rest] = entry.split('|').map((part) => part.trim());
    const known = url.safeParse(issuer).success && rest.length === 0 && ['', EMAILS_TRUSTED].includes(option);
    if (!known)
      context.addIssue(
        `"${entry}" is not <issuer>, <issuer>|<audience> or <issuer>|<audience>|${EMAILS_TRUSTED}`,
      );
    if (entries.slice(0, index).some((other) => other.split('|')[0]?.trim() === issuer))
      context.addIssue(`${issuer} is listed twice`);
    const emailsTrusted = option === EMAILS_TRUSTED;
    return [{ issuer, ...(audience === '' ? {} : { audience }), emailsTrusted }];
  }),
);

/** What the console asks an identity provider for, unless the setting says otherwise. */
const STANDARD_SCOPES = 'openid profile email';
const CLIENT_FORMS =
  '<issuer>|<client id>, <issuer>|<client id>|<scopes> or <issuer>|<client id>|<scopes>|<name>';

/** Identity providers that the console signs in with; each is named by its host unless it has a name. */
export const consoleClients = list.default([]).transform((entries, context) =>
  entries.flatMap((entry, index) => {
    const [issuer = '', clientId = '', scopes = '', name = '', ...rest] = entry
      .split('|')
      .map((part) => part.trim());
    if (!url.safeParse(issuer).success || clientId === '' || rest.length > 0) {
      context.addIssue(`"${entry}" is not ${CLIENT_FORMS}`);
      return [];
    }
    const scope = scopes === '' ? STANDARD_SCOPES : scopes.split(/\s+/).join(' ');
    if (!scope.split(' ').includes('openid'))
      context.addIssue(`the scopes of ${issuer} lack openid, which is required to identify the user`);
    if (entries.slice(0, index).some((other) => other.split('|')[0]?.trim() === issuer))
      context.addIssue(`${issuer} is listed twice`);
    return [{ issuer, clientId, scope, name: name === '' ? new URL(issuer).host : name }];
  }),
);
