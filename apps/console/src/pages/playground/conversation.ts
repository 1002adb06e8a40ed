import { maybe } from '@tessera/kernel';
import { piecesOf, type ChatPiece } from '../../gateway/chat-pieces';

/** What a message is sent with besides its text. */
export interface ChatOptions {
  readonly system: string;
  /** Absent for what the server does by itself. */
  readonly temperature?: number;
  readonly maxTokens?: number;
}

/** A question and what came of it. Times are those of the page, ms. */
export interface Turn {
  readonly question: string;
  readonly state: 'waiting' | 'streaming' | 'done' | 'stopped' | 'refused';
  readonly text: string;
  readonly reasoning: string;
  readonly sentAt: number;
  readonly firstAt?: number;
  readonly endedAt?: number;
  /** Parts that had text, which is about one token each; counts where the server does not report tokens. */
  readonly parts: number;
  readonly model?: string;
  readonly tokensIn?: number;
  readonly tokensOut?: number;
  readonly finish?: string;
  readonly error?: unknown;
}

/** Sends the body of a chat completion. */
export type AskModel = (body: object, signal: AbortSignal) => Promise<Response>;

const isOpen = (turn: Turn | undefined): boolean => turn?.state === 'waiting' || turn?.state === 'streaming';

/** A conversation with one model, in the memory of the page alone. It goes on while another page is shown. */
export class Conversation {
  private readonly watchers = new Set<() => void>();
  private shown: readonly Turn[] = [];
  private stopping: AbortController | undefined;

  constructor(private readonly now: () => number) {}

  turns = (): readonly Turn[] => this.shown;

  /** `watcher` is called after each change; returns what ends that. */
  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  /** Asks, and resolves when the answer has ended, whichever way. Does nothing while one is on its way. */
  async send(question: string, model: string, options: ChatOptions, ask: AskModel): Promise<void> {
    if (isOpen(this.shown.at(-1))) return;
    const stopping = new AbortController();
    this.stopping = stopping;
    const before = this.shown;
    const change = (turn: Turn): void => {
      // Another conversation has begun since.
      if (this.stopping === stopping) this.show([...before, turn]);
    };
    let turn: Turn = {
      ...{ question, state: 'waiting', text: '', reasoning: '', parts: 0 },
      sentAt: this.now(),
    };
    change(turn);
    try {
      const response = await ask(requestOf(before, question, model, options), stopping.signal);
      for await (const pieces of piecesOf(response)) change((turn = grown(turn, pieces, this.now())));
      turn = { ...turn, state: 'done', endedAt: this.now() };
    } catch (error) {
      const how = stopping.signal.aborted
        ? ({ state: 'stopped' } as const)
        : ({ state: 'refused', error } as const);
      turn = { ...turn, ...how, endedAt: this.now() };
    }
    change(turn);
  }

  /** Ends the answer that is on its way; what came of it stays. */
  stop(): void {
    this.stopping?.abort();
  }

  /** Takes the last question back; returns it. */
  takeBack(): string | undefined {
    this.stop();
    this.stopping = undefined;
    const last = this.shown.at(-1);
    this.show(this.shown.slice(0, -1));
    return last?.question;
  }

  clear(): void {
    this.stop();
    this.stopping = undefined;
    this.show([]);
  }

  private show(turns: readonly Turn[]): void {
    this.shown = turns;
    for (const watcher of this.watchers) watcher();
  }
}

/** The turn with what has arrived. */
export function grown(turn: Turn, pieces: readonly ChatPiece[], now: number): Turn {
  return pieces.reduce<Turn>((grew, { text = '', reasoning = '', ...more }) => {
    const isWord = text !== '' || reasoning !== '';
    return {
      ...grew,
      ...more,
      state: 'streaming',
      text: grew.text + text,
      reasoning: grew.reasoning + reasoning,
      parts: grew.parts + (isWord ? 1 : 0),
      ...(isWord && grew.firstAt === undefined ? { firstAt: now } : {}),
    };
  }, turn);
}

/** The body of a chat completion: what was said, without answers that were refused. */
export function requestOf(
  turns: readonly Turn[],
  question: string,
  model: string,
  { system, temperature, maxTokens }: ChatOptions,
): object {
  const answered = turns.filter(({ state }) => state !== 'refused');
  return {
    model,
    messages: [
      ...(system.trim() === '' ? [] : [{ role: 'system', content: system }]),
      ...answered.flatMap((turn) => [
        { role: 'user', content: turn.question },
        { role: 'assistant', content: turn.text },
      ]),
      { role: 'user', content: question },
    ],
    stream: true,
    stream_options: { include_usage: true },
    ...maybe('temperature', temperature),
    ...maybe('max_tokens', maxTokens),
  };
}
