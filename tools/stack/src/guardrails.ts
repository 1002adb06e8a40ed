import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What workloads may ask for on one machine: what the sample of the API's reference needs is open. */
const LOCAL = `# What workloads may ask for on this machine; docs/guides/guardrails.md tells every rule. Read at the start of the
# services. Remove the file to get it back as it was.
preset: baseline
rules:
  # There is no cloud here that would charge for one.
  loadBalancers: allowed
  # The probe of the reference's sample names this host, which is reserved for documentation (RFC 2606).
  probeHosts: [example.com]
network:
  # The gateway is a process beside the cluster here, and is known by no namespace.
  ingress:
    - cidr: 0.0.0.0/0
`;

/** The guardrails file of the local platform: written at the first start, and the user's own from then on. */
export function localGuardrails(home: string): string {
  const file = join(home, 'guardrails.yaml');
  if (!existsSync(file)) writeFileSync(file, LOCAL);
  return file;
}
