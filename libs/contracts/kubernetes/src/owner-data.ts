/**
 * Data of the owner object of a workload (a ConfigMap): what `kubectl get configmap -o custom-columns` prints and what
 * gateways know of a workload without pods. ConfigMaps hold texts only.
 */
export interface OwnerData {
  /** Number of replicas that the scheduler decided on, decimal. */
  readonly wanted: string;
  /** Number of replicas that serve, decimal. */
  readonly ready: string;
  readonly phase: string;
  /** Why replicas are missing: the reason of the phase, the verdict of the placement; empty where nothing is missing. */
  readonly reason: string;
  readonly message: string;
  /** Most requests at once for one replica, decimal; empty for no limit. */
  readonly concurrencyHardLimit: string;
  /** How long a request may take, seconds, decimal; empty for the default of the platform. */
  readonly requestTimeoutSeconds: string;
  /** JSON of the hosts of its URLs that lead through the gateway; empty for none. */
  readonly exposedHosts: string;
}
