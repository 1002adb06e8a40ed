/** An address from a setting, and what is exchanged with it. */
export interface Address {
  readonly setting: string;
  readonly url: string;
  /** What an eavesdropper could read or replace: "tokens", "the keys that tokens are verified with". */
  readonly carries: string;
}

/**
 * Problems of addresses that would exchange secrets or keys in plain text: http to other machines, unless the host is
 * allowed by its name or its ending (`.svc`).
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
        `${setting}: ${carries} would be sent over plain http to ${new URL(url).host}; use https, or add the host to TESSERA_PLAIN_HTTP_HOSTS if the network is trusted`,
    );

/** RFC 6761 §6.3, RFC 1122 §3.2.1.3 and RFC 4291 §2.5.3; the URL parser has already normalised numbers. */
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);

function fits(host: string, allowed: string): boolean {
  const wanted = allowed.toLowerCase();
  return wanted.startsWith('.') ? host.endsWith(wanted) : host === wanted;
}
