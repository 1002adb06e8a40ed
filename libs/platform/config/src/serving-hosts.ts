/** Settings that say below which domains hosts lead to workloads. */
export interface ServingHosts {
  readonly TESSERA_EXPOSED_URLS_BASE?: string | undefined;
  readonly TESSERA_GATEWAY_DOMAIN?: string | undefined;
}

/**
 * Why the two domains cannot be used together: a URL that one workload asks for could have the host of another. Empty
 * where neither lies below the other.
 */
export function servingHostProblems({
  TESSERA_EXPOSED_URLS_BASE: base,
  TESSERA_GATEWAY_DOMAIN: domain,
}: ServingHosts): readonly string[] {
  if (base === undefined || domain === undefined) return [];
  const host = new URL(base).hostname;
  if (!`.${host}`.endsWith(`.${domain}`) && !`.${domain}`.endsWith(`.${host}`)) return [];
  return [
    `TESSERA_EXPOSED_URLS_BASE (${host}) and TESSERA_GATEWAY_DOMAIN (${domain}) overlap, so that a URL could use the host of another workload; use two separate domains such as apps.example and models.example`,
  ];
}
