import { AUDIENCE, type SignInEndpoints } from '@tessera/adapter-oidc';
import type { IdentityProvider } from '@tessera/contracts-rest/console-settings';
import { maybe, type MonotonicClock } from '@tessera/kernel';
import type { Logger } from '@tessera/platform-logging';
import type { ApiConfig } from '../config';

type Client = ApiConfig['TESSERA_CONSOLE_OIDC_CLIENTS'][number];

/** How long endpoints are cached, ms. */
const FRESH_MS = 600_000;
/** A provider that did not answer is asked again after this time, ms. */
const FAILED_MS = 5_000;
/** Longest wait of a page for the endpoints of a provider, ms. */
const WAIT_MS = 1_000;

export interface IdentityProvidersDependencies {
  /** Reads the endpoints of an issuer; rejects if they cannot be read. */
  readonly discover: (issuer: string) => Promise<SignInEndpoints>;
  readonly clock: MonotonicClock;
  readonly logger: Pick<Logger, 'warn'>;
}

/** The cached endpoints of one issuer. */
interface Known {
  readonly endpoints?: SignInEndpoints;
  /** When they are read again, by the clock. */
  readonly until: number;
}

/**
 * The identity providers of the console with their endpoints, which are read when they are asked for and cached. Old
 * ones stay while the provider does not answer.
 */
export class IdentityProviders {
  private readonly known = new Map<string, Known>();
  private readonly reading = new Map<string, Promise<void>>();

  constructor(
    private readonly config: Pick<ApiConfig, 'TESSERA_CONSOLE_OIDC_CLIENTS' | 'TESSERA_OIDC_ISSUERS'>,
    private readonly dependencies: IdentityProvidersDependencies,
  ) {}

  /** Those of the settings; one without `endpoints` could not be reached yet. Resolves within about a second. */
  current = (): Promise<readonly IdentityProvider[]> =>
    Promise.all(
      this.config.TESSERA_CONSOLE_OIDC_CLIENTS.map(async (client) => {
        await this.refreshed(client.issuer);
        const issuer = this.config.TESSERA_OIDC_ISSUERS.find((one) => one.issuer === client.issuer);
        const endpoints = this.known.get(client.issuer)?.endpoints;
        return {
          ...client,
          token: acceptedToken(client, issuer?.audience),
          ...maybe('endpoints', endpoints),
        };
      }),
    );

  /** Reads the endpoints again once they are due; resolves at once if older ones are cached. */
  private async refreshed(issuer: string): Promise<void> {
    const known = this.known.get(issuer);
    if (known !== undefined && known.until > this.dependencies.clock.elapsedMs()) return;
    const reading = this.reading.get(issuer) ?? this.read(issuer);
    this.reading.set(issuer, reading);
    if (known?.endpoints === undefined) await Promise.race([reading, after(WAIT_MS)]);
  }

  private async read(issuer: string): Promise<void> {
    const { discover, clock, logger } = this.dependencies;
    try {
      const endpoints = await discover(issuer);
      this.known.set(issuer, { endpoints, until: clock.elapsedMs() + FRESH_MS });
    } catch (error) {
      logger.warn({ issuer, err: error }, 'could not read the endpoints of an identity provider, will retry');
      const endpoints = this.known.get(issuer)?.endpoints;
      this.known.set(issuer, { ...maybe('endpoints', endpoints), until: clock.elapsedMs() + FAILED_MS });
    } finally {
      this.reading.delete(issuer);
    }
  }
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

/**
 * The token of a sign-in that the API accepts. An ID token is meant for the client, an access token for the audience;
 * where the issuer of the settings has the client as its audience, only the ID token is sure to name it.
 */
export const acceptedToken = (
  { clientId }: Pick<Client, 'clientId'>,
  audience = AUDIENCE,
): IdentityProvider['token'] => (audience === clientId ? 'id_token' : 'access_token');
