import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Guardrails of the local platform: open enough for the sample request of the API reference. */
const LOCAL = `# Guardrails: what workloads may request on this machine. docs/guides/guardrails.md describes every rule. The services
# read this file when they start. Delete it to get the default back.
preset: baseline
rules:
  # No cloud provider charges for a load balancer here.
  loadBalancers: allowed
  # The sample request of the API reference probes this host, which is reserved for documentation (RFC 2606).
  probeHosts: [example.com]
network:
  # The gateway runs outside the cluster here, so no namespace selects it.
  ingress:
    - cidr: 0.0.0.0/0
`;

/** The guardrails file of the local platform. The first start writes it; later starts do not change it. */
export function localGuardrails(home: string): string {
  const file = join(home, 'guardrails.yaml');
  if (!existsSync(file)) writeFileSync(file, LOCAL);
  return file;
}
