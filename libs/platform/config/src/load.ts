import { readFileSync } from 'node:fs';
import { VARIABLES, type VariableName, type VariableValue } from './variables';

export type Config<N extends VariableName> = Readonly<{ [K in N]: VariableValue<K> }>;

/** All problems of the configuration in one message, one line each. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is invalid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

const isVariable = (name: string): name is VariableName => Object.hasOwn(VARIABLES, name);

/** Problems for `TESSERA_*` variables that are not settings. */
export function unknownVariables(env: Environment): readonly string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('TESSERA_') && !isVariable(name))
    .filter((name) => !(name.endsWith('_FILE') && isSecret(name.slice(0, -'_FILE'.length))))
    .filter((name) => !name.startsWith('TESSERA_TEST_'))
    .sort()
    .map(
      (name) =>
        `${name} is not a setting of Tessera; check the spelling (docs/reference/configuration.md lists them all)`,
    );
}

const isSecret = (name: string): boolean => isVariable(name) && VARIABLES[name].secret;

/**
 * Reads the named variables from the environment (or from `<NAME>_FILE` for secrets), checks them and returns them
 * frozen. Throws {@link ConfigError} with every problem at once, unknown `TESSERA_*` variables included.
 */
export function loadConfig<const N extends VariableName>(names: readonly N[], env: Environment): Config<N> {
  const problems = [...unknownVariables(env)];
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const raw = rawValue(name, env, problems);
    const parsed = VARIABLES[name].schema.safeParse(raw);
    if (parsed.success) values[name] = parsed.data;
    else if (raw === undefined) problems.push(`${name} is required: ${VARIABLES[name].description}`);
    else {
      const shown = VARIABLES[name].secret ? '(secret)' : JSON.stringify(raw);
      problems.push(`${name}=${shown}: ${parsed.error.issues.map((issue) => issue.message).join('; ')}`);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(values) as Config<N>;
}

/** An empty variable counts as absent: compose files and charts set unused variables to the empty string. */
function rawValue(name: VariableName, env: Environment, problems: string[]): string | undefined {
  const direct = env[name] === '' ? undefined : env[name];
  const file = env[`${name}_FILE`];
  if (!VARIABLES[name].secret || file === undefined || file === '') return direct;
  if (direct !== undefined) problems.push(`${name} and ${name}_FILE are both set; keep one`);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    problems.push(`${name}_FILE=${file} cannot be read: ${(error as Error).message}`);
    return direct;
  }
}

/** The values for printing, with secrets replaced. */
export function redacted(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      isSecret(name) && value !== undefined ? '(secret)' : value,
    ]),
  );
}
