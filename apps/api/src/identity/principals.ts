import { REFUSALS, TokenError, type TokenClaims } from '@tessera/adapter-oidc';
import {
  resolvePrincipal,
  type NoPrincipal,
  type Principal,
  type PrincipalDependencies,
} from '@tessera/application-control-plane';
import type { MonotonicClock } from '@tessera/kernel';

/** How long permissions are cached, ms: a changed access rule takes effect within this time. */
const CACHE_MS = 2_000;

const MESSAGES: Readonly<Record<NoPrincipal, string>> = {
  deleted: 'Token subject does not exist any more.',
  replaced: REFUSALS.replaced,
  malformed: REFUSALS.malformed,
};

/** Resolves a token to its principal with the current permissions, which are cached for two seconds. */
export class Principals {
  private readonly known = new Map<string, { readonly principal: Principal; readonly until: number }>();

  constructor(
    private readonly dependencies: PrincipalDependencies,
    private readonly clock: MonotonicClock,
  ) {}

  /** Throws {@link TokenError} where the token has no principal. */
  async of(claims: TokenClaims): Promise<Principal> {
    const key = JSON.stringify([
      claims.iss,
      claims.sub,
      claims.ver,
      claims.email,
      claims['email_verified'],
      claims['groups'],
    ]);
    const known = this.known.get(key);
    if (known !== undefined && known.until > this.clock.elapsedMs()) return known.principal;
    const principal = await resolvePrincipal(this.dependencies, claims);
    if (typeof principal === 'string') throw new TokenError(MESSAGES[principal]);
    if (this.known.size > 10_000) this.known.clear();
    this.known.set(key, { principal, until: this.clock.elapsedMs() + CACHE_MS });
    return principal;
  }

  /** Call this after a change of access rules or subjects. */
  forget(): void {
    this.known.clear();
  }
}
