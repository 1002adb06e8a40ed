/**
 * Membership of gateways: each running gateway renews a `coordination.k8s.io` Lease in the namespace of the platform
 * and deletes it when it stops. A scheduler compares `renewTime` only with the value that it read before and measures
 * the time in between itself, so clocks need not agree.
 */
export const GATEWAY_LEASE = {
  /** Labels of the leases; both together select them. */
  labels: { 'app.kubernetes.io/managed-by': 'tessera', 'tessera.io/component': 'gateway' },
  /** Interval of the renewal, ms. */
  renewMs: 5_000,
  /** A lease that was not renewed for this long belongs to a gateway that has died, ms. */
  durationMs: 15_000,
} as const;

/** Name of the lease of a gateway process; its `holderIdentity` is the `gatewayId` of the load reports. */
export const gatewayLeaseName = (gatewayId: string): string => `tessera-gateway-${gatewayId}`;
