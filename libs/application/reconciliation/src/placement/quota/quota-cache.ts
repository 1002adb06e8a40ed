import type { KnownQuota, OrganisationUnits } from '../../ports';

/** Quota of projects and departments, cached until an organisation unit changes or a read fails. */
export class QuotaCache {
  private known: Promise<KnownQuota> | undefined;
  /** The last answer; undefined once it may be outdated. */
  private latest: KnownQuota | undefined;

  constructor(private readonly orgUnits: Pick<OrganisationUnits, 'quota'>) {}

  async read(): Promise<KnownQuota> {
    const asked = (this.known ??= this.orgUnits.quota());
    try {
      const answer = await asked;
      if (this.known === asked) this.latest = answer;
      return answer;
    } catch (error) {
      if (this.known === asked) this.forget();
      throw error;
    }
  }

  /** True if nothing has changed since this answer. */
  isCurrent(answer: KnownQuota): boolean {
    return this.latest === answer;
  }

  forget(): void {
    this.known = undefined;
    this.latest = undefined;
  }
}
