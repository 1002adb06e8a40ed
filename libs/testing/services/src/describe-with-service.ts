import { service, type FoundService, type ServiceName } from '@tessera/dev-services';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * What to do with tests that need a service: run them, skip them with a message, or fail because nothing may be
 * skipped.
 */
export function verdictOn(found: FoundService, env: Env = process.env): 'run' | 'skip' | 'fail' {
  if (found.available) return 'run';
  return ['1', 'true'].includes(env['TESSERA_REQUIRE_SERVICES'] ?? '') ? 'fail' : 'skip';
}

/**
 * `describe` for tests that need a real service. If it is missing, they are skipped under a title that names the
 * service and the command that builds it; with `TESSERA_REQUIRE_SERVICES=true` (or 1) one test fails instead.
 */
export function describeWithService(name: ServiceName, title: string, fn: () => void): void {
  const found = service(name);
  const verdict = verdictOn(found);
  if (verdict === 'run') return describe(title, fn);
  const lack = `missing ${name}: ${found.reason}; ${found.how}`;
  if (verdict === 'skip') {
    // Jest's reporter counts skipped suites but does not name them.
    process.stderr.write(`skipped: ${title} [${lack}]\n`);
    return describe.skip(`${title} [${lack}]`, fn);
  }
  describe(title, () => {
    it(`needs ${name}`, () => {
      throw new Error(lack);
    });
  });
}
