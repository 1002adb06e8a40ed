import type { OrganisationUnit } from '@tessera/contracts-events';
import { DEFAULT_GUARDRAILS } from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';
import { ProjectGuardrails } from './guardrails';

const CONFIG = {
  TESSERA_EXPOSED_URLS_BASE: 'https://apps.example',
  TESSERA_API_PUBLIC_URL: 'https://api.example',
  TESSERA_GATEWAY_PUBLIC_URL: 'https://gateway.example',
  TESSERA_GATEWAY_DOMAIN: undefined,
  TESSERA_GPU_MEMORY_ENFORCEMENT: 'none',
  TESSERA_EXPOSED_URLS: 'none',
} as const;
const project = (version: number, guardrails?: OrganisationUnit['guardrails']): OrganisationUnit => ({
  clusterId: '71f69d83-ba66-4822-adf5-55ce55efd210',
  scope: 'project',
  id: '7',
  name: 'team-a',
  version,
  removed: false,
  deserved: [],
  ...maybe('guardrails', guardrails),
});
const OPEN = { rules: { loadBalancers: 'allowed' } } as const;

describe('the guardrails of a project', () => {
  it('are those of the platform unless the project has its own', () => {
    const guardrails = new ProjectGuardrails(DEFAULT_GUARDRAILS, CONFIG);
    expect(guardrails.of('7')).toEqual(DEFAULT_GUARDRAILS);
    guardrails.observe(project(2, OPEN));
    expect(guardrails.of('7').loadBalancers).toBe('allowed');
    expect(guardrails.of('8')).toEqual(DEFAULT_GUARDRAILS);
    guardrails.observe(project(3));
    expect(guardrails.of('7')).toEqual(DEFAULT_GUARDRAILS);
  });

  it('are not reverted by an older version that arrives late', async () => {
    const guardrails = new ProjectGuardrails(DEFAULT_GUARDRAILS, CONFIG);
    await guardrails.load({ guardrails: async () => new Map([['7', { version: 5, overrides: {} }]]) });
    guardrails.observe(project(4, OPEN));
    expect(guardrails.of('7').loadBalancers).toBe('refused');
  });
});
