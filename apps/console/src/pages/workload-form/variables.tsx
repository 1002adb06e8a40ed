import type { ReactElement } from 'react';
import { isObject, type Body } from './body/body';

/** Environment variables by name and value; those with a value from elsewhere are shown and stay. */
export function Variables({
  value,
  change,
}: {
  readonly value: unknown;
  readonly change: (variables: readonly Body[] | undefined) => void;
}): ReactElement {
  const variables = Array.isArray(value) ? value.filter(isObject) : [];
  const replace = (at: number, next: Body): void =>
    change(variables.map((variable, index) => (index === at ? next : variable)));
  const without = (at: number): void => {
    const left = variables.filter((_, index) => index !== at);
    change(left.length === 0 ? undefined : left);
  };
  return (
    <div className="variables" role="group" aria-label="Environment variables">
      <strong className="small">Environment variables</strong>
      {variables.map((variable, at) => (
        <div key={at} className="variable">
          <input
            aria-label={`Variable ${at + 1}`}
            placeholder="NAME"
            value={String(variable['name'] ?? '')}
            onChange={({ target }) => replace(at, { ...variable, name: target.value })}
          />
          {variable['value'] === undefined || variable['value'] === null ? (
            <code className="small">{sourceOf(variable)}</code>
          ) : (
            <input
              aria-label={`Value of variable ${at + 1}`}
              value={String(variable['value'])}
              onChange={({ target }) => replace(at, { ...variable, value: target.value })}
            />
          )}
          <button type="button" className="button" data-kind="quiet" onClick={() => without(at)}>
            Remove<span className="unseen"> variable {at + 1}</span>
          </button>
        </div>
      ))}
      <div>
        <button
          type="button"
          className="button"
          onClick={() => change([...variables, { name: '', value: '' }])}
        >
          Add a variable
        </button>
      </div>
    </div>
  );
}

const sourceOf = ({ name: _name, ...rest }: Body): string => JSON.stringify(rest);
