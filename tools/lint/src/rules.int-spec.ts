import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');
const BOUNDARIES = '@nx/enforce-module-boundaries';
const IMPORTS = '@typescript-eslint/no-restricted-imports';

interface Fixture {
  readonly path: string;
  readonly code: string;
}

interface Violation extends Fixture {
  readonly rule: string;
  readonly says: RegExp;
}

/**
 * Each of these must be refused; otherwise a rule has stopped firing. The pairs of packages are chosen so that the import
 * makes no cycle, for a cycle is reported in place of the layer.
 */
const VIOLATIONS: Readonly<Record<string, Violation>> = {
  'a domain library imports an adapter': {
    path: 'libs/domain/measurement/src/sample.ts',
    code: `export * from '@tessera/adapter-kafka';`,
    rule: BOUNDARIES,
    says: /layer:domain.*can only depend on.*layer:domain/,
  },
  'a file imports one that imports it': {
    path: 'libs/kernel/src/maybe.ts',
    code: `export * from './index';`,
    rule: 'import-x/no-cycle',
    says: /Dependency cycle/,
  },
  'a domain library imports a package': {
    path: 'libs/domain/quota/src/sample.ts',
    code: `export * from 'zod';`,
    rule: BOUNDARIES,
    says: /layer:domain.*not allowed to import "zod"/,
  },
  'a domain library imports a contract': {
    path: 'libs/domain/measurement/src/sample.ts',
    code: `export * from '@tessera/contracts-kubernetes';`,
    rule: BOUNDARIES,
    says: /layer:domain/,
  },
  'a contract imports a use case': {
    path: 'libs/contracts/metrics/src/sample.ts',
    code: `export * from '@tessera/application-messaging';`,
    rule: BOUNDARIES,
    says: /layer:contracts/,
  },
  'a use case imports an adapter': {
    path: 'libs/application/measuring/src/sample.ts',
    code: `export * from '@tessera/adapter-kafka';`,
    rule: BOUNDARIES,
    says: /layer:application/,
  },
  'a use case imports the platform': {
    path: 'libs/application/messaging/src/sample.ts',
    code: `export * from '@tessera/platform-logging';`,
    rule: BOUNDARIES,
    says: /layer:application/,
  },
  'an adapter imports another adapter': {
    path: 'libs/adapters/oidc/src/sample.ts',
    code: `export * from '@tessera/adapter-postgres';`,
    rule: BOUNDARIES,
    says: /layer:adapters/,
  },
  'an adapter imports the library of another vendor': {
    path: 'libs/adapters/oidc/src/sample.ts',
    code: `export * from 'kafkajs';`,
    rule: BOUNDARIES,
    says: /not allowed to import "kafkajs"/,
  },
  'a source imports the testing packages': {
    path: 'libs/adapters/oidc/src/sample.ts',
    code: `export * from '@tessera/testing-services';`,
    rule: BOUNDARIES,
    says: /layer:adapters/,
  },
  'an app reaches into another app': {
    path: 'apps/gateway/src/sample.ts',
    code: `export * from '../../simulator/src/seed/local';`,
    rule: BOUNDARIES,
    says: /relative/,
  },
  'an app imports another app by name': {
    path: 'apps/api/src/sample.ts',
    code: `export * from '@tessera/app-simulator';`,
    rule: IMPORTS,
    says: /only through contracts/,
  },
  'an app names the path of another app': {
    path: 'apps/api/src/sample.ts',
    code: `export const path = '/internal/v1/nodes';`,
    rule: 'no-restricted-syntax',
    says: /contracts.internal/,
  },
  'an app composes the path of another app': {
    path: 'apps/gateway/src/sample.ts',
    code: 'export const path = (id: string): string => `/internal/v1/clusters/${id}`;',
    rule: 'no-restricted-syntax',
    says: /contracts.internal/,
  },
  'a use case names the path of an app': {
    path: 'libs/application/measuring/src/sample.ts',
    code: `export const path = '/internal/v1/nodes';`,
    rule: 'no-restricted-syntax',
    says: /contracts.internal/,
  },
  'a client of our services casts a response': {
    path: 'libs/adapters/services/src/sample.ts',
    code: 'export const nodes = async (from: Response) => (await from.json()) as string[];',
    rule: 'no-restricted-syntax',
    says: /A cast checks nothing/,
  },
  'an app casts a text': {
    path: 'apps/cli/src/fixture.ts',
    code: 'export const names = (text: string): string[] => JSON.parse(text) as string[];',
    rule: 'no-restricted-syntax',
    says: /A cast checks nothing/,
  },
  'an app gives a text the type of a variable': {
    path: 'apps/gateway/src/fixture.ts',
    code: 'export function first(text: string): string {\n  const { name }: { name: string } = JSON.parse(text);\n  return name;\n}',
    rule: 'no-restricted-syntax',
    says: /A cast checks nothing/,
  },
  'the console casts a response': {
    path: 'apps/console/src/fixture.tsx',
    code: 'export const names = (from: Response): Promise<string[]> => from.json() as Promise<string[]>;',
    rule: 'no-restricted-syntax',
    says: /A cast checks nothing/,
  },
  'an app exports a function without its type': {
    path: 'apps/api/src/fixture.ts',
    code: 'export const twice = (one: number) => 2 * one;',
    rule: '@typescript-eslint/explicit-module-boundary-types',
    says: /Missing return type/,
  },
  'a tool exports a function without its type': {
    path: 'tools/bench/src/fixture.ts',
    code: 'export const twice = (one: number) => 2 * one;',
    rule: '@typescript-eslint/explicit-module-boundary-types',
    says: /Missing return type/,
  },
  'a package for tests exports a function without its type': {
    path: 'libs/testing/services/src/fixture.ts',
    code: 'export const twice = (one: number) => 2 * one;',
    rule: '@typescript-eslint/explicit-module-boundary-types',
    says: /Missing return type/,
  },
  'an attack does not expect anything': {
    path: 'apps/e2e/src/attacks/fixture.attack-spec.ts',
    code: `it('is refused', () => undefined);`,
    rule: 'jest/expect-expect',
    says: /no assertions/,
  },
  'an adapter uses Nest': {
    path: 'libs/adapters/oidc/src/sample.ts',
    code: `import { Injectable } from '@nestjs/common';\nexport const marker = Injectable();`,
    rule: IMPORTS,
    says: /Nest is a detail of the apps/,
  },
  'a part of Nest that apps share has a decorator': {
    path: 'libs/platform/http/src/nest/fixture.ts',
    code: `import { Injectable } from '@nestjs/common';\n@Injectable()\nexport class Marked {}`,
    rule: 'no-restricted-syntax',
    says: /without decorators/,
  },
  'another library of the platform uses Nest': {
    path: 'libs/platform/http/src/fixture.ts',
    code: `import { Injectable } from '@nestjs/common';\nexport const marker = Injectable();`,
    rule: IMPORTS,
    says: /Nest is a detail of the apps/,
  },
  'a domain library reads a file': {
    path: 'libs/domain/quota/src/sample.ts',
    code: `export { readFileSync } from 'node:fs';`,
    rule: IMPORTS,
    says: /Decisions are pure/,
  },
  'a domain library asks for the time by Date.now': {
    path: 'libs/domain/quota/src/sample.ts',
    code: `export const now = Date.now();`,
    rule: 'no-restricted-properties',
    says: /pass in the time/,
  },
  'a domain library asks for the time by new Date': {
    path: 'libs/domain/quota/src/sample.ts',
    code: `export const now = new Date();`,
    rule: 'no-restricted-syntax',
    says: /pass in the time/,
  },
  'a domain library rolls dice': {
    path: 'libs/domain/quota/src/sample.ts',
    code: `export const chance = Math.random();`,
    rule: 'no-restricted-properties',
    says: /chance is passed in/,
  },
  'a domain library reads the environment': {
    path: 'libs/domain/quota/src/sample.ts',
    code: `export const home = process.env;`,
    rule: 'no-restricted-globals',
    says: /Decisions are pure/,
  },
  'a domain library sets a timer': {
    path: 'libs/domain/quota/src/sample.ts',
    code: `export const timer = setTimeout(() => undefined, 1);`,
    rule: 'no-restricted-globals',
    says: /Decisions are pure/,
  },
  'a use case reads a file': {
    path: 'libs/application/measuring/src/sample.ts',
    code: `export { readFileSync } from 'node:fs';`,
    rule: IMPORTS,
    says: /Decisions are pure/,
  },
  'a use case asks for the time by Date.now': {
    path: 'libs/application/measuring/src/sample.ts',
    code: `export const now = Date.now();`,
    rule: 'no-restricted-properties',
    says: /pass in the time/,
  },
  'a controller rolls dice': {
    path: 'libs/application/reconciliation/src/mig/mig-controller.ts',
    code: `export const chance = Math.random();`,
    rule: 'no-restricted-properties',
    says: /chance is passed in/,
  },
  'the reconcile loop sets a timer': {
    path: 'libs/application/reconciliation/src/loop/reconciler.ts',
    code: `export const timer = setTimeout(() => undefined, 1);`,
    rule: 'no-restricted-globals',
    says: /Decisions are pure/,
  },
  'a file is named after nothing': {
    path: 'libs/domain/quota/src/quota-utils.ts',
    code: `export const one = 1;`,
    rule: 'tessera/concept-names',
    says: /"utils"/,
  },
  'a file is too long': {
    path: 'libs/domain/quota/src/sample.ts',
    code: 'export {};\n'.repeat(401),
    rule: 'max-lines',
    says: /401/,
  },
};

/** Each of these must pass; otherwise the rules refuse what the layers allow. */
const ALLOWED: Readonly<Record<string, Fixture>> = {
  'a domain library imports another one': {
    path: 'libs/domain/placement/src/sample.ts',
    code: `export * from '@tessera/domain-quota';`,
  },
  'a domain library reads a given date': {
    path: 'libs/domain/quota/src/sample.ts',
    code: `export const year = (at: number): number => new Date(at).getUTCFullYear();`,
  },
  'a use case compares values and measures texts': {
    path: 'libs/application/measuring/src/sample.ts',
    code: `export { isDeepStrictEqual } from 'node:util';\nexport const bytes = Buffer.byteLength('ü');`,
  },
  'an app reads JSON of which it knows nothing': {
    path: 'apps/cli/src/fixture.ts',
    code: 'export const read = (text: string): unknown => JSON.parse(text) as unknown;',
  },
  'a contract leaves the type of a schema to the compiler': {
    path: 'libs/contracts/rest/src/fixture.ts',
    code: 'export const list = <T>(of: T) => ({ of });',
  },
  'an app imports an adapter and Nest': {
    path: 'apps/api/src/sample.ts',
    code: `export * from '@tessera/adapter-postgres';\nexport { Module } from '@nestjs/common';`,
  },
  'a test of an adapter imports the testing packages': {
    path: 'libs/adapters/postgres/src/sample.int-spec.ts',
    code: `export type * from '@tessera/testing-services';`,
  },
};

type Message = Readonly<{ ruleId: string | null; message: string }>;

function lint(samples: readonly Fixture[]): readonly (readonly Message[])[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/lint/src/lint-text.mjs'], {
    cwd: ROOT,
    encoding: 'utf8',
    input: JSON.stringify(samples),
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  if (status !== 0) throw new Error(`The linter did not run (exit code ${status}):\n${stderr}`);
  return JSON.parse(stdout) as Message[][];
}

describe('lint rules', () => {
  const samples = { ...VIOLATIONS, ...ALLOWED };
  let messages: Readonly<Record<string, readonly Message[]>>;

  beforeAll(() => {
    const found = lint(Object.values(samples).map(({ path, code }) => ({ path, code })));
    messages = Object.fromEntries(Object.keys(samples).map((name, index) => [name, found[index] ?? []]));
  }, 120_000);

  it.each(Object.entries(VIOLATIONS))('refuse that %s', (name, { rule, says }) => {
    expect(messages[name]).toContainEqual({ ruleId: rule, message: expect.stringMatching(says) });
  });

  it.each(Object.keys(ALLOWED))('let pass that %s', (name) => {
    expect(messages[name]).toEqual([]);
  });
});
