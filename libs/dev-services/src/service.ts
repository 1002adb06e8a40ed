import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheDir } from '@tessera/platform-config';
import { findKafka } from './kafka/installation';
import { findKube } from './kubernetes/installation';
import { findNode } from './node/installation';
import { BUILD_HELM, findHelm, helmPathIn } from './toolchains/helm/installation';
import { autoscalerPathIn, BUILD_KNATIVE, findAutoscaler } from './toolchains/knative/installation';
import { BUILD_OPENAI, findOpenaiPython, openaiEnvironmentIn } from './toolchains/openai/installation';
import { BUILD_RUNAPY, CLIENTS, environmentIn, pythonOf } from './toolchains/runapy/installation';

/** Services that some tests need and that a machine may lack. */
export type ServiceName =
  | 'kafka'
  | 'kubernetes'
  | 'kubectl'
  | 'prometheus'
  | 'chromium'
  | 'helm'
  | 'runapy'
  | 'openai'
  | 'node'
  | 'kcat'
  | 'knative';

/** Whether a service is available; if not, the reason and the command that builds it. */
export interface FoundService {
  readonly available: boolean;
  /** Where it was found, or what is missing. */
  readonly reason: string;
  /** Command that builds or installs it; empty if it is available. */
  readonly how: string;
}

/** Start timeout of a real service on a busy machine, ms. */
export const SERVICE_START_MS = 60_000;

type Env = Readonly<Record<string, string | undefined>>;

const SEARCHES: Readonly<Record<ServiceName, (env: Env) => FoundService>> = {
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
  openai: (env) => {
    const path = findOpenaiPython(cacheDir(env));
    if (path !== undefined) return there(path);
    return missing({ reason: `no ${openaiEnvironmentIn(cacheDir(env))}`, how: BUILD_OPENAI });
  },
  prometheus: (env) => program(['prometheus'], 'apt-get install prometheus', env),
  kcat: (env) => program(['kcat'], 'apt-get install kcat', env),
  chromium: (env) =>
    program(['chromium', 'chromium-browser', 'google-chrome'], 'apt-get install chromium', env),
};

/** Looks for a service on this machine and in the cache. Leaves no process running. */
export function service(name: ServiceName, env: Env = process.env): FoundService {
  return SEARCHES[name](env);
}

function there(where: string): FoundService {
  return { available: true, reason: where, how: '' };
}

function missing({ reason, how }: { readonly reason: string; readonly how: string }): FoundService {
  return { available: false, reason, how };
}

function program(names: readonly string[], how: string, env: Env): FoundService {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder.length > 0);
  const path = folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => existsSync(file));
  return path ? there(path) : missing({ reason: `no ${names.join(' or ')} on the PATH`, how });
}
