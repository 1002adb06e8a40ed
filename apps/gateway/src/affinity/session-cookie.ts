/** Name of the cookie that keeps a browser at its replica. */
const NAME = 'tessera-session';
const OURS = new RegExp(`^\\s*${NAME}\\s*(?:=|$)`);
const MARK = /^[\w-]{22}$/;

/** The mark of the replica in the cookies of a request; undefined where it has none. */
export function markIn(cookies: string | undefined): string | undefined {
  const value = cookies
    ?.split(';')
    .find((one) => OURS.test(one))
    ?.split('=')[1]
    ?.trim();
  return value !== undefined && MARK.test(value) ? value : undefined;
}

/** The cookies without the gateway's own, which is not forwarded to replicas; undefined where none is left. */
export function withoutMark(cookies: string): string | undefined {
  if (!cookies.includes(NAME)) return cookies;
  const rest = cookies.split(';').filter((one) => !OURS.test(one));
  return rest.length === 0 ? undefined : rest.join(';').trim();
}

/** Whether a `set-cookie` of a replica would replace the gateway's cookie. */
export const setsMark = (value: string): boolean => OURS.test(value);

/**
 * The `set-cookie` that keeps a browser at the replica with the mark. Only requests below the prefix of the workload
 * carry it, scripts cannot read it, and pages of other sites do not send it. It is not a credential: a forged one only
 * chooses a replica of a workload that its sender may call anyway.
 */
export const markCookie = (mark: string, prefix: string, secure: boolean): string =>
  `${NAME}=${mark}; Path=${prefix === '' ? '/' : prefix}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
