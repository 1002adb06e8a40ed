import type { QuotaRule } from '@tessera/domain-placement';
import type { OrganisationUnits } from '../ports';

/** Quota of projects and departments, cached until an organisation unit changes or a read fails. */
export class QuotaCache {
  private known: Promise<readonly QuotaRule[]> | undefined;

  constructor(private readonly orgUnits: Pick<OrganisationUnits, 'quota'>) {}

  async rules(): Promise<readonly QuotaRule[]> {
    const asked = (this.known ??= this.orgUnits.quota());
    try {
      return await asked;
    } catch (error) {
      if (this.known === asked) this.forget();
      throw error;
    }
  }

  forget(): void {
    this.known = undefined;
  }
}
