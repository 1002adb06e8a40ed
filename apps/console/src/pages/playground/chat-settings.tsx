import { useId, type ReactElement } from 'react';
import type { ChatOptions } from './conversation';

/** The settings of a chat as they were typed; what is empty is left to the server. */
export interface TypedOptions {
  readonly system: string;
  readonly temperature: string;
  readonly maxTokens: string;
}

export const UNSET: TypedOptions = { system: '', temperature: '', maxTokens: '' };

export const optionsOf = ({ system, temperature, maxTokens }: TypedOptions): ChatOptions => ({
  system,
  ...(temperature === '' ? {} : { temperature: Number(temperature) }),
  ...(maxTokens === '' ? {} : { maxTokens: Number(maxTokens) }),
});

/** What every message of a chat is sent with. */
export function ChatSettings({
  typed,
  change,
}: {
  readonly typed: TypedOptions;
  readonly change: (change: Partial<TypedOptions>) => void;
}): ReactElement {
  const id = useId();
  return (
    <fieldset className="chat-settings">
      <legend>Settings</legend>
      <div className="field">
        <label htmlFor={`${id}-system`}>System prompt</label>
        <textarea
          id={`${id}-system`}
          rows={3}
          placeholder="You are a helpful assistant."
          value={typed.system}
          onChange={({ target }) => change({ system: target.value })}
        />
      </div>
      <div className="fields">
        <div className="field">
          <label htmlFor={`${id}-temperature`}>Temperature</label>
          <input
            id={`${id}-temperature`}
            type="number"
            min="0"
            max="2"
            step="0.1"
            placeholder="as the server does"
            value={typed.temperature}
            onChange={({ target }) => change({ temperature: target.value })}
          />
        </div>
        <div className="field">
          <label htmlFor={`${id}-tokens`}>Most tokens</label>
          <input
            id={`${id}-tokens`}
            type="number"
            min="1"
            step="1"
            placeholder="as the server does"
            value={typed.maxTokens}
            onChange={({ target }) => change({ maxTokens: target.value })}
          />
        </div>
      </div>
    </fieldset>
  );
}
