import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheDir } from '@tessera/platform-config';
import { BUILD_COMMAND as BUILD_HELM, findHelm, helmPathIn } from '@tessera/tool-helm';
import { findKafka } from '@tessera/tool-kafka';
import { findKube } from '@tessera/tool-kube';
import { autoscalerPathIn, BUILD_COMMAND as BUILD_KNATIVE, findAutoscaler } from '@tessera/tool-knative';
import { findNode } from '@tessera/tool-node';
import { BUILD_COMMAND as BUILD_RUNAPY, CLIENTS, environmentIn, pythonOf } from '@tessera/tool-runapy';

/** Services that some tests need and that a machine may lack. */
export type ServiceName =
  | 'kafka'
  | 'kubernetes'
  | 'kubectl'
  | 'prometheus'
  | 'chromium'
  | 'helm'
  | 'runapy'
  | 'node'
  | 'kcat'
  | 'knative';

/** Whether a service is available; if not, the reason and the command that builds it. */
export interface Part {
  readonly available: boolean;
  /** Where it was found, or what is missing. */
  readonly reason: string;
  /** Command that builds or installs it; empty if it is available. */
  readonly how: string;
}

/** Start timeout of a real service on a busy machine, ms. */
export const SERVICE_START_MS = 60_000;

type Env = Readonly<Record<string, string | undefined>>;

const SEARCHES: Readonly<Record<ServiceName, (env: Env) => Part>> = {
  kafka: (env) => {
    const search = findKafka({ cacheDir: cacheDir(env), env });
    return search.found ? there(search.installation.libDir) : missing(search);
  },
  kubernetes: (env) => {
    const search = findKube({ cacheDir: cacheDir(env), env });
    return search.found ? there(search.installation.binaries['kube-apiserver'] ?? '') : missing(search);
  },
  kubectl: (env) => {
    const search = findKube({ cacheDir: cacheDir(env), binaries: ['kubectl'], env });
    return search.found ? there(search.installation.binaries.kubectl ?? '') : missing(search);
  },
  node: (env) => {
    const search = findNode({ cacheDir: cacheDir(env), env });
    return search.found ? there(search.installation.kubelet) : missing(search);
  },
  helm: (env) => {
    const path = findHelm(cacheDir(env));
    if (path !== undefined) return there(path);
    return missing({ reason: `no ${helmPathIn(cacheDir(env))}`, how: BUILD_HELM });
  },
  knative: (env) => {
    const path = findAutoscaler(cacheDir(env));
    if (path !== undefined) return there(path);
    return missing({ reason: `no ${autoscalerPathIn(cacheDir(env))}`, how: BUILD_KNATIVE });
  },
  runapy: (env) => {
    const cache = cacheDir(env);
    const absent = CLIENTS.find(({ version }) => pythonOf(cache, version) === undefined);
    if (absent === undefined) return there(cache);
    return missing({ reason: `no ${environmentIn(cache, absent.version)}`, how: BUILD_RUNAPY });
  },
  prometheus: (env) => program(['prometheus'], 'apt-get install prometheus', env),
  kcat: (env) => program(['kcat'], 'apt-get install kcat', env),
  chromium: (env) =>
    program(['chromium', 'chromium-browser', 'google-chrome'], 'apt-get install chromium', env),
};

/** Looks for a service on this machine and in the cache. Leaves no process running. */
export function service(name: ServiceName, env: Env = process.env): Part {
  return SEARCHES[name](env);
}

/**
 * What to do with tests that need a service: run them, skip them with a message, or fail because nothing may be
 * skipped.
 */
export function verdictOn(found: Part, env: Env = process.env): 'run' | 'skip' | 'fail' {
  if (found.available) return 'run';
  return ['1', 'true'].includes(env['TESSERA_REQUIRE_PARTS'] ?? '') ? 'fail' : 'skip';
}

/**
 * `describe` for tests that need a real service. If it is missing, they are skipped under a title that names the
 * service and the command that builds it; with `TESSERA_REQUIRE_PARTS=true` (or 1) one test fails instead.
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

function there(where: string): Part {
  return { available: true, reason: where, how: '' };
}

function missing({ reason, how }: { readonly reason: string; readonly how: string }): Part {
  return { available: false, reason, how };
}

function program(names: readonly string[], how: string, env: Env): Part {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder.length > 0);
  const path = folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => existsSync(file));
  return path ? there(path) : missing({ reason: `no ${names.join(' or ')} on the PATH`, how });
}
