/** An address that a setting names, and what goes there. */
export interface Address {
  readonly setting: string;
  readonly url: string;
  /** What somebody on the way could read or replace: "tokens", "the keys that tokens are verified with". */
  readonly carries: string;
}

/**
 * What is wrong with addresses over which secrets or keys would go as plain text: http to other machines, unless the host
 * is one of those allowed, by its name or by the end of it (`.svc`).
 */
export const plainHttpProblems = (
  addresses: readonly Address[],
  allowed: readonly string[],
): readonly string[] =>
  addresses
    .filter(({ url }) => {
      const { protocol, hostname } = new URL(url);
      return protocol === 'http:' && !isLoopback(hostname) && !allowed.some((host) => fits(hostname, host));
    })
    .map(
      ({ setting, url, carries }) =>
        `${setting}: ${carries} would go over plain http to ${new URL(url).host}; use https, or, where the network to it is trusted, name the host in TESSERA_PLAIN_HTTP_HOSTS`,
    );

/** RFC 6761 §6.3, RFC 1122 §3.2.1.3 and RFC 4291 §2.5.3; the URL parser has brought numbers into their usual form. */
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);

function fits(host: string, allowed: string): boolean {
  const wanted = allowed.toLowerCase();
  return wanted.startsWith('.') ? host.endsWith(wanted) : host === wanted;
}
