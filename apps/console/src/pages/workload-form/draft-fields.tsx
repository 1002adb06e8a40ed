import { useState, type ReactElement } from 'react';
import {
  shareOf,
  textAt,
  typedList,
  typedNumber,
  typedText,
  valueAt,
  withShare,
  withValue,
  type Body,
  type Share,
} from './body/body';
import type { Finding } from './body/check-body';
import { Field } from './field';
import { Variables } from './variables';

const SHARES: readonly (readonly [share: Share, label: string, amount: string])[] = [
  ['portion', 'Part of a GPU', 'Part, 0 to 1'],
  ['memory', 'GPU memory', 'Memory, such as 8Gi'],
  ['migProfile', 'MIG instance', 'Profile, such as 1g.5gb'],
  ['devices', 'Whole GPUs', 'Number of GPUs'],
  ['none', 'No GPU', ''],
];
const METRICS = [
  ['', 'Keep the least number'],
  ['concurrency', 'Requests at once'],
  ['throughput', 'Requests per second'],
  ['latency', 'Latency (95 %)'],
] as const;
const THRESHOLDS: Readonly<Record<string, string>> = {
  concurrency: 'Requests at once per replica',
  throughput: 'Requests per second per replica',
  latency: 'Most milliseconds',
};
/** In what the API says of a field that another one makes necessary. */
const MANDATORY = 'mandatory';
const S = 'spec.autoscaling';

/** The guided form: the fields that most workloads need. What it does not show stays as it is. */
export function DraftFields({
  body,
  projects,
  pools,
  isNew,
  findings,
  change,
}: {
  readonly body: Body;
  readonly projects: readonly { readonly id: string; readonly name: string }[];
  readonly pools: readonly string[];
  /** False for a workload that exists: its name and project stay. */
  readonly isNew: boolean;
  readonly findings: readonly Finding[];
  readonly change: (body: Body) => void;
}): ReactElement {
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const problemOf = (path: string): string | undefined => {
    const message = findings.find(
      ({ field, isWarning }) => isWarning !== true && (field === path || field.startsWith(`${path}[`)),
    )?.message;
    // A field is not reported as empty before the user has visited it.
    const isUnseen = textAt(body, path) === '' && !touched.has(path);
    return isUnseen && message?.includes(MANDATORY) !== true ? undefined : message;
  };
  const input = (
    path: string,
    label: string,
    read: (text: string) => unknown,
    { hint, ...props }: { readonly hint?: string } & Readonly<Record<string, unknown>> = {},
  ): ReactElement => (
    <Field label={label} problem={problemOf(path)} {...(hint === undefined ? {} : { hint })}>
      {(ties) => (
        <input
          {...ties}
          value={shownAt(body, path)}
          onChange={({ target }) => change(withValue(body, path, read(target.value)))}
          onBlur={() => setTouched(new Set(touched).add(path))}
          {...props}
        />
      )}
    </Field>
  );
  const { share, amount } = shareOf(body);
  const [, , amountLabel] = SHARES.find(([one]) => one === share) ?? SHARES[0] ?? ['', '', ''];
  const metric = textAt(body, `${S}.metric`);
  const amountPath = AMOUNT_PATHS[share];
  return (
    <>
      <fieldset>
        <legend>What runs</legend>
        <div className="fields">
          {input('name', 'Name', (text) => text, {
            hint: 'Lower case letters, digits and dashes',
            required: true,
            autoFocus: isNew,
            disabled: !isNew,
          })}
          <Field label="Project">
            {(ties) => (
              <select
                {...ties}
                value={textAt(body, 'projectId')}
                disabled={!isNew}
                onChange={({ target }) => change(withValue(body, 'projectId', target.value))}
              >
                {projects.map((project) => (
                  <option key={project.id} value={project.id}>
                    {project.name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
        {input('spec.image', 'Image', typedText, { required: true, placeholder: 'vllm/vllm-openai:v0.8.5' })}
        <div className="fields">
          {input('spec.args', 'Arguments', typedText)}
          {isNew
            ? input('spec.servingPort.container', 'Port of the model', typedNumber, { inputMode: 'numeric' })
            : null}
        </div>
      </fieldset>
      <fieldset>
        <legend>What each replica gets</legend>
        <div className="fields">
          <Field label="GPU">
            {(ties) => (
              <select
                {...ties}
                value={share}
                onChange={({ target }) => change(withShare(body, target.value as Share))}
              >
                {SHARES.map(([one, label]) => (
                  <option key={one} value={one}>
                    {label}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {amountPath === undefined ? null : (
            <Field label={amountLabel} problem={problemOf(amountPath)}>
              {(ties) => (
                <input
                  {...ties}
                  value={amount}
                  onChange={({ target }) => change(withShare(body, share, target.value))}
                />
              )}
            </Field>
          )}
          {input('spec.compute.cpuCoreRequest', 'CPU cores', typedNumber, {
            inputMode: 'decimal',
            placeholder: 'default',
          })}
          {input('spec.compute.cpuMemoryRequest', 'CPU memory', typedText, { placeholder: 'such as 4Gi' })}
        </div>
      </fieldset>
      <fieldset>
        <legend>How many replicas</legend>
        <div className="fields">
          {input(`${S}.minReplicas`, 'Least replicas (0: to zero)', typedNumber, { inputMode: 'numeric' })}
          {input(`${S}.maxReplicas`, 'Most replicas', typedNumber, { inputMode: 'numeric' })}
          <Field label="Scale by" problem={problemOf(`${S}.metric`)}>
            {(ties) => (
              <select
                {...ties}
                value={metric}
                onChange={({ target }) => change(withMetric(body, target.value))}
              >
                {METRICS.map(([name, label]) => (
                  <option key={name} value={name}>
                    {label}
                  </option>
                ))}
                {METRICS.some(([name]) => name === metric) ? null : <option value={metric}>{metric}</option>}
              </select>
            )}
          </Field>
          {metric === ''
            ? null
            : input(`${S}.metricThreshold`, THRESHOLDS[metric] ?? 'Value per replica', typedNumber, {
                inputMode: 'numeric',
              })}
          {valueAt(body, `${S}.minReplicas`) === 0
            ? input(`${S}.scaleToZeroRetentionSeconds`, 'Seconds until zero', typedNumber, {
                inputMode: 'numeric',
                placeholder: '0',
                hint: 'After the last request',
              })
            : null}
        </div>
      </fieldset>
      <details>
        <summary>Node pools, command, priority and variables</summary>
        <fieldset>
          <div className="fields">
            {input('spec.nodePools', 'Node pools, in this order', typedList, {
              hint: pools.length === 0 ? 'Any' : `Of ${pools.join(', ')}; empty: those of the project`,
            })}
            {input('spec.priorityClass', 'Priority class', typedText)}
          </div>
          {input('spec.command', 'Command instead of its own', typedText)}
          <Variables
            value={valueAt(body, 'spec.environmentVariables')}
            change={(variables) => change(withValue(body, 'spec.environmentVariables', variables))}
          />
        </fieldset>
      </details>
    </>
  );
}

const AMOUNT_PATHS: Readonly<Record<Share, string | undefined>> = {
  portion: 'spec.compute.gpuPortionRequest',
  memory: 'spec.compute.gpuMemoryRequest',
  migProfile: 'spec.compute.migProfile',
  devices: 'spec.compute.gpuDevicesRequest',
  none: undefined,
};

/** Another metric; with a target to begin with, since each has a unit of its own. */
const withMetric = (body: Body, metric: string): Body =>
  withValue(withValue(body, `${S}.metric`, typedText(metric)), `${S}.metricThreshold`, FIRST_TARGETS[metric]);
const FIRST_TARGETS: Readonly<Record<string, number>> = { concurrency: 8, throughput: 10, latency: 1000 };

/** A list as it is typed: with commas. */
function shownAt(body: Body, path: string): string {
  const value = valueAt(body, path);
  return Array.isArray(value) ? value.join(', ') : textAt(body, path);
}
