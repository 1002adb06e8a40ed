import { fieldsList, fieldsOf, textOf, type Fields } from '../wire/json';
import { quantity } from '../wire/quantity';
import { labelProblems, qualifiedNameProblems } from '../objects/names';
import {
  duplicate,
  fieldNotFound,
  invalidValue,
  notSupported,
  required,
  type FieldProblem,
} from '../status-error';

const STANDARD_RESOURCES = /^(cpu|memory|ephemeral-storage|hugepages-.+)$/;

/** The validation of a pod's spec by the real server, as far as it matters for pods built from user input. */
export function podProblems(spec: Fields): readonly FieldProblem[] {
  const volumes = fieldsList(spec['volumes']);
  const names = new Set(volumes.map((volume) => volume['name']));
  const containers = fieldsList(spec['containers']);
  return [
    ...(containers.length === 0 ? [required('spec.containers')] : []),
    ...volumeProblems(volumes),
    ...containersProblems(containers, 'spec.containers', names),
    ...containersProblems(fieldsList(spec['initContainers']), 'spec.initContainers', names),
    ...oneOf('spec.restartPolicy', spec['restartPolicy'], ['Always', 'OnFailure', 'Never']),
    ...fieldsList(spec['tolerations']).flatMap(tolerationProblems),
    ...seccompProblems(fieldsOf(spec['securityContext']), 'spec.securityContext'),
  ];
}

function seccompProblems(context: Fields, parent: string): readonly FieldProblem[] {
  const { type, localhostProfile } = fieldsOf(context['seccompProfile']);
  return type === 'Localhost' && !localhostProfile
    ? [required(`${parent}.seccompProfile.localhostProfile`, 'must be set when seccomp type is Localhost')]
    : [];
}

const oneOf = (field: string, value: unknown, supported: readonly string[]): readonly FieldProblem[] =>
  supported.includes(String(value)) ? [] : [notSupported(field, value, supported)];

function volumeProblems(volumes: readonly Fields[]): readonly FieldProblem[] {
  return volumes.flatMap((volume, index) => {
    const field = `spec.volumes[${index}]`;
    const name = textOf(volume['name']) ?? '';
    const sources = Object.keys(volume).filter((key) => key !== 'name');
    return [
      ...(name === ''
        ? [required(`${field}.name`)]
        : labelProblems(name).map((why) => invalidValue(`${field}.name`, name, why))),
      ...(volumes.findIndex((other) => other['name'] === name) < index
        ? [duplicate(`${field}.name`, name)]
        : []),
      ...(sources.length === 0 ? [required(field, 'must specify a volume type')] : []),
      ...(sources.length > 1
        ? [
            {
              field,
              reason: 'FieldValueForbidden' as const,
              message: 'Forbidden: may not specify more than 1 volume type',
            },
          ]
        : []),
    ];
  });
}

function containersProblems(
  containers: readonly Fields[],
  parent: string,
  volumes: ReadonlySet<unknown>,
): readonly FieldProblem[] {
  return containers.flatMap((container, index) => {
    const field = `${parent}[${index}]`;
    const name = textOf(container['name']) ?? '';
    const image = textOf(container['image']) ?? '';
    return [
      ...(name === ''
        ? [required(`${field}.name`)]
        : labelProblems(name).map((why) => invalidValue(`${field}.name`, name, why))),
      ...(containers.findIndex((other) => other['name'] === name) < index
        ? [duplicate(`${field}.name`, name)]
        : []),
      ...(image === '' ? [required(`${field}.image`)] : []),
      ...(image !== image.trim()
        ? [invalidValue(`${field}.image`, image, 'must not have leading or trailing whitespace')]
        : []),
      ...oneOf(`${field}.imagePullPolicy`, container['imagePullPolicy'], ['Always', 'IfNotPresent', 'Never']),
      ...portProblems(container, field),
      ...environmentProblems(container, field),
      ...mountProblems(container, field, volumes),
      ...resourceProblems(container, `${field}.resources`),
      ...probeProblems(container, field),
    ];
  });
}

const isPort = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535;

function portProblems(container: Fields, parent: string): readonly FieldProblem[] {
  const ports = fieldsList(container['ports']);
  return ports.flatMap((port, index) => {
    const field = `${parent}.ports[${index}]`;
    const name = textOf(port['name']);
    return [
      ...(isPort(port['containerPort'])
        ? []
        : [
            invalidValue(
              `${field}.containerPort`,
              port['containerPort'] ?? 0,
              'must be between 1 and 65535, inclusive',
            ),
          ]),
      ...(name !== undefined && name.length > 15
        ? [invalidValue(`${field}.name`, name, 'must be no more than 15 characters')]
        : []),
      ...(name !== undefined && !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)
        ? [
            invalidValue(
              `${field}.name`,
              name,
              'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
            ),
          ]
        : []),
      ...(name !== undefined && ports.findIndex((other) => other['name'] === name) < index
        ? [duplicate(`${field}.name`, name)]
        : []),
    ];
  });
}

function environmentProblems(container: Fields, parent: string): readonly FieldProblem[] {
  return fieldsList(container['env']).flatMap((variable, index) => {
    const field = `${parent}.env[${index}]`;
    const name = textOf(variable['name']) ?? '';
    const both = variable['valueFrom'] !== undefined && (textOf(variable['value']) ?? '') !== '';
    return [
      ...(name === '' ? [required(`${field}.name`)] : []),
      ...(/[=\u0000-\u001f\u007f-\uffff]/.test(name)
        ? [
            invalidValue(
              `${field}.name`,
              name,
              "a valid environment variable name must consist only of printable ASCII characters other than '='",
            ),
          ]
        : []),
      ...(both
        ? [invalidValue(`${field}.valueFrom`, '', 'may not be specified when `value` is not empty')]
        : []),
    ];
  });
}

function mountProblems(
  container: Fields,
  parent: string,
  volumes: ReadonlySet<unknown>,
): readonly FieldProblem[] {
  const mounts = fieldsList(container['volumeMounts']);
  return mounts.flatMap((mount, index) => {
    const field = `${parent}.volumeMounts[${index}]`;
    const path = textOf(mount['mountPath']) ?? '';
    return [
      ...(volumes.has(mount['name']) ? [] : [fieldNotFound(`${field}.name`, mount['name'])]),
      ...(path === '' ? [required(`${field}.mountPath`)] : []),
      ...(mounts.findIndex((other) => other['mountPath'] === path) < index
        ? [invalidValue(`${field}.mountPath`, path, 'must be unique')]
        : []),
    ];
  });
}

function resourceProblems(container: Fields, parent: string): readonly FieldProblem[] {
  const resources = fieldsOf(container['resources']);
  const limits = fieldsOf(resources['limits']);
  const requests = fieldsOf(resources['requests']);
  const amounts = [
    ...Object.entries(limits).map((item) => ['limits', ...item] as const),
    ...Object.entries(requests).map((item) => ['requests', ...item] as const),
  ];
  return [
    ...amounts.flatMap(([list, name, amount]) => amountProblems(`${parent}.${list}[${name}]`, name, amount)),
    ...Object.entries(requests).flatMap(([name, amount]) => requestProblems(parent, name, amount, limits)),
  ];
}

function amountProblems(field: string, name: string, amount: unknown): readonly FieldProblem[] {
  const value = quantity(amount);
  const extended = !STANDARD_RESOURCES.test(name);
  return [
    ...(extended && !name.includes('/')
      ? [invalidValue(field, name, 'must be a standard resource for containers')]
      : []),
    ...(extended ? qualifiedNameProblems(name).map((why) => invalidValue(field, name, why)) : []),
    ...(value === undefined || value < 0
      ? [invalidValue(field, amount, 'must be greater than or equal to 0')]
      : []),
    ...(extended && value !== undefined && !Number.isInteger(value)
      ? [invalidValue(field, amount, 'must be an integer')]
      : []),
  ];
}

function requestProblems(
  parent: string,
  name: string,
  amount: unknown,
  limits: Fields,
): readonly FieldProblem[] {
  const field = `${parent}.requests`;
  const asked = quantity(amount) ?? 0;
  const limit = limits[name] === undefined ? undefined : (quantity(limits[name]) ?? 0);
  const extended = !STANDARD_RESOURCES.test(name);
  if (extended && limit === undefined)
    return [required(`${parent}.limits`, 'Limit must be set for non overcommitable resources')];
  if (limit === undefined) return [];
  if (extended && asked !== limit)
    return [invalidValue(field, amount, `must be equal to ${name} limit of ${String(limits[name])}`)];
  return asked > limit
    ? [invalidValue(field, amount, `must be less than or equal to ${name} limit of ${String(limits[name])}`)]
    : [];
}

function probeProblems(container: Fields, parent: string): readonly FieldProblem[] {
  return ['readinessProbe', 'livenessProbe', 'startupProbe'].flatMap((kind) => {
    if (container[kind] === undefined) return [];
    const probe = fieldsOf(container[kind]);
    const handlers = ['httpGet', 'tcpSocket', 'exec', 'grpc'].filter(
      (handler) => probe[handler] !== undefined,
    );
    const port = fieldsOf(probe['httpGet'])['port'];
    return [
      ...(handlers.length === 0 ? [required(`${parent}.${kind}`, 'must specify a handler type')] : []),
      ...(typeof port === 'number' && !isPort(port)
        ? [invalidValue(`${parent}.${kind}.httpGet.port`, port, 'must be between 1 and 65535, inclusive')]
        : []),
    ];
  });
}

function tolerationProblems(toleration: Fields, index: number): readonly FieldProblem[] {
  const field = `spec.tolerations[${index}]`;
  const { operator = 'Equal', value, effect, tolerationSeconds, key } = toleration;
  return [
    ...(key === undefined && operator !== 'Exists'
      ? [
          invalidValue(
            `${field}.operator`,
            operator,
            'operator must be Exists when `key` is empty, which means "match all values and all keys"',
          ),
        ]
      : []),
    ...(operator === 'Exists' && value !== undefined && value !== ''
      ? [invalidValue(field, value, "value must be empty when `operator` is 'Exists'")]
      : []),
    ...(tolerationSeconds !== undefined && effect !== 'NoExecute'
      ? [
          invalidValue(
            `${field}.effect`,
            effect ?? '',
            "effect must be 'NoExecute' when `tolerationSeconds` is set",
          ),
        ]
      : []),
  ];
}
