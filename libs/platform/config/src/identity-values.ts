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
