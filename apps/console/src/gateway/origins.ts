/**
 * Whether a page whose policy names these origins may call the URL. An origin may stand for all hosts below a domain:
 * `https://*.models.example`.
 */
export function isWithin(url: string, origins: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const asked = new URL(url);
  return origins.some((origin) => {
    const { protocol, port, hostname } = new URL(origin.replace('//*.', '//'));
    if (asked.protocol !== protocol || asked.port !== port) return false;
    return origin.includes('//*.') ? asked.hostname.endsWith(`.${hostname}`) : asked.hostname === hostname;
  });
}
