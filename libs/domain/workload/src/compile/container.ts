import { maybe } from '@tessera/kernel';
import type { ContainerIntent, EnvIntent, ReadinessIntent } from '../intent';
import { isObjectName } from '../kubernetes-names';
import { secretBehind, type References } from '../references';
import { refusedVariable, type SpecSettings } from '../rules/gpu-names';
import { shellWords } from '../shell-words';
import type { EnvironmentVariable, InferenceSpec, ReadinessProbe } from '../spec';
import { given, type Ignore } from './ignored-fields';
import { sharesDevices } from './resources';

/** Variable with the program's share of its devices. */
const PORTION = 'GPU_PORTION';

/** The user's container. A probe without a port uses the serving port. */
export function containerIntent(
  spec: InferenceSpec,
  ignore: Ignore,
  references: References,
  settings: SpecSettings,
): ContainerIntent {
  const probe = spec.probes?.readiness;
  const shares = sharesDevices(spec);
  return {
    image: spec.image ?? '',
    createHomeDir: spec.createHomeDir === true,
    env: given<EnvironmentVariable>(spec.environmentVariables, 'spec.environmentVariables').flatMap(
      ({ item, at }) => {
        const refused = refusedVariable(item.name ?? '', shares, settings);
        if (shares && item.name === PORTION) {
          ignore(at, 'the platform sets it to the allocated share of a GPU');
          return [];
        }
        if (refused === undefined) return envIntent(item, at, ignore, references);
        ignore(at, refused, 'refused');
        return [];
      },
    ),
    ...maybe('imagePullPolicy', spec.imagePullPolicy),
    ...maybe('command', words(spec.command)),
    ...maybe('args', words(spec.args)),
    ...maybe('workingDir', spec.workingDir),
    ...maybe('readiness', probe && readinessIntent(probe, spec.servingPort?.container ?? undefined)),
  };
}

function words(line: string | null | undefined): readonly string[] | undefined {
  const split = shellWords(line ?? '');
  return split.length === 0 ? undefined : split;
}

function readinessIntent(
  probe: ReadinessProbe,
  servingPort: number | undefined,
): ReadinessIntent | undefined {
  const get = probe.handler?.httpGet;
  const port = get?.port ?? servingPort;
  if (get === undefined || get === null || port === undefined) return undefined;
  return {
    path: get.path || '/',
    port,
    scheme: get.scheme ?? 'HTTP',
    ...maybe('host', get.host),
    ...maybe('initialDelaySeconds', probe.initialDelaySeconds),
    ...maybe('periodSeconds', probe.periodSeconds),
    ...maybe('timeoutSeconds', probe.timeoutSeconds),
    ...maybe('successThreshold', probe.successThreshold),
    ...maybe('failureThreshold', probe.failureThreshold),
  };
}

/** A secret takes precedence over a value, unless its name is not valid in Kubernetes. */
function envIntent(
  variable: EnvironmentVariable,
  at: string,
  ignore: Ignore,
  references: References,
): readonly EnvIntent[] {
  const name = variable.name ?? '';
  const { value, secret, configMap, podFieldRef, userCredential } = variable;
  if (secret?.name && secret.key) {
    if (isObjectName(secret.name)) {
      if (value !== undefined && value !== null) ignore(`${at}.value`, 'the secret is used instead');
      return [{ name, from: 'secret', object: secret.name, key: secret.key }];
    }
    ignore(`${at}.secret`, `"${secret.name}" is not a valid name of a Secret; the value is used instead`);
  }
  if (configMap?.name && configMap.key)
    return [{ name, from: 'configMap', object: configMap.name, key: configMap.key }];
  if (podFieldRef?.path) return [{ name, from: 'podField', path: podFieldRef.path }];
  if (userCredential?.name && userCredential.key) {
    const object = secretBehind(userCredential.name, references);
    if (isObjectName(object)) return [{ name, from: 'secret', object, key: userCredential.key }];
    ignore(`${at}.userCredential`, `"${userCredential.name}" is not a valid name of a Secret`);
    return [];
  }
  return [{ name, from: 'value', value: value ?? '' }];
}
