import { AUDIENCE, BuiltInIssuer, METRICS_AUDIENCE, schedulerAudience } from '@tessera/adapter-oidc';
import type { SigningKey } from '@tessera/application-control-plane';

export interface TokenMaker {
  /** The key set as the issuer publishes it. */
  readonly jwks: string;
  /** As the API presents it to the service. */
  token(): Promise<string>;
  /** As the API presents it to a scheduler. */
  schedulerToken(): Promise<string>;
  /** As the API issues it to a client. */
  clientToken(): Promise<string>;
}

/** An issuer like that of the API, with its keys in memory. */
export async function tokenMaker(issuer: string): Promise<TokenMaker> {
  const keys: SigningKey[] = [];
  const maker = new BuiltInIssuer({
    keys: { all: async () => keys, rotate: async (key) => void keys.unshift(key) },
    issuer,
    audience: AUDIENCE,
    ttlSeconds: 3600,
    clock: Date,
  });
  await maker.prepare();
  const name = 'someone';
  const subject = { id: name, kind: 'app', name, tenantId: 1, clientId: name, secretVersion: 1 } as const;
  return {
    jwks: JSON.stringify(await maker.jwks()),
    token: () => maker.serviceToken(METRICS_AUDIENCE),
    schedulerToken: () => maker.serviceToken(schedulerAudience('71f69d83-ba66-4822-adf5-55ce55efd210')),
    clientToken: () => maker.issue(subject),
  };
}
