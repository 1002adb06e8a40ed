import {
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type KeyboardEvent,
  type ReactElement,
} from 'react';
import { ask } from '../../gateway/ask';
import { Ask } from '../../components/dialogs/ask';
import { submitting } from '../../components/forms/submitting';
import { useConsole } from '../../shell/console';
import { ChatSettings, optionsOf, UNSET } from './chat-settings';
import { conversationWith } from './conversations';
import { Exchange } from './exchange';
import { Heard } from './heard';
import './playground.css';

/** A model that speaks OpenAI's API. */
export interface ChatTarget {
  /** Address of its API, with no slash at its end: `…/v1`. */
  readonly base: string;
  readonly model: string;
  /** Whether a request has to wait for a replica to start. */
  readonly isAsleep: boolean;
}

/** So near to its end, px, a conversation follows an answer that grows. */
const NEAR_PX = 80;

/** A conversation with a model through the gateway, as the reader. */
export function Chat({ target }: { readonly target: ChatTarget }): ReactElement {
  const { base, model, isAsleep } = target;
  const { sessions } = useConsole();
  const conversation = conversationWith(`${base} ${model}`, sessions);
  const turns = useSyncExternalStore(conversation.watch, conversation.turns);
  const [typed, setTyped] = useState(UNSET);
  const [question, setQuestion] = useState('');
  const last = turns.at(-1);
  const isOpen = last?.state === 'waiting' || last?.state === 'streaming';
  const waiting = isAsleep ? 'Waking a replica…' : 'Waiting for the first token…';
  const send = (text: string): void =>
    void conversation.send(text, model, optionsOf(typed), (body, signal) =>
      ask(
        {
          url: `${base}/chat/completions`,
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
          signal,
        },
        sessions.get()?.token,
      ),
    );
  const submit = (): Promise<void> => {
    if (isOpen) conversation.stop();
    else if (question.trim() !== '') {
      send(question);
      setQuestion('');
    }
    return Promise.resolve();
  };
  const retry = (): void => {
    const again = conversation.takeBack();
    if (again !== undefined) send(again);
  };
  return (
    <div className="chat">
      <section className="panel" aria-label={`Chat with ${model}`}>
        <Turns count={turns.length} length={(last?.text.length ?? 0) + (last?.state.length ?? 0)}>
          {turns.map((turn, at) => (
            <Exchange
              key={turn.sentAt}
              turn={turn}
              waiting={waiting}
              retry={at === turns.length - 1 ? retry : undefined}
            />
          ))}
        </Turns>
        {last === undefined ? null : <Heard key={last.sentAt} turn={last} waiting={waiting} />}
        <form className="composer" onSubmit={submitting(submit)}>
          <label className="unseen" htmlFor="chat-message">
            Message
          </label>
          <textarea
            id="chat-message"
            rows={2}
            placeholder={`Ask ${model}`}
            value={question}
            aria-describedby="chat-hint"
            onChange={({ target: { value } }) => setQuestion(value)}
            onKeyDown={(event) => sendByEnter(event, isOpen)}
          />
          <button type="submit" className="button" data-kind={isOpen ? 'danger' : 'main'}>
            {isOpen ? 'Stop' : 'Send'}
          </button>
        </form>
        <div className="bar between">
          <p id="chat-hint" className="small soft">
            Enter sends, Shift and Enter begin a line. Nothing of this is kept.
          </p>
          {turns.length === 0 ? null : (
            <Ask
              label="Clear"
              title="Clear the conversation?"
              act={() => Promise.resolve(conversation.clear())}
            >
              It is kept nowhere but on this page.
            </Ask>
          )}
        </div>
      </section>
      <ChatSettings typed={typed} change={(change) => setTyped({ ...typed, ...change })} />
    </div>
  );
}

/** Enter sends the form, unless it chooses a character or an answer is on its way. */
function sendByEnter(event: KeyboardEvent<HTMLTextAreaElement>, isOpen: boolean): void {
  if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
  event.preventDefault();
  if (!isOpen) event.currentTarget.form?.requestSubmit();
}

/** The conversation; it follows an answer that grows while the reader is at its end. */
function Turns({
  count,
  length,
  children,
}: {
  readonly count: number;
  readonly length: number;
  readonly children: readonly ReactElement[];
}): ReactElement {
  const place = useRef<HTMLOListElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    follows.current = true;
  }, [count]);
  useEffect(() => {
    const list = place.current;
    if (list !== null && follows.current) list.scrollTop = list.scrollHeight;
  }, [count, length]);
  return (
    <ol
      ref={place}
      className="turns"
      tabIndex={0}
      aria-label="Conversation"
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < NEAR_PX;
      }}
    >
      {count === 0 ? <li className="soft">Say something to the model.</li> : children}
    </ol>
  );
}
