/** One server-sent event. */
export interface StreamedEvent {
  readonly id?: string;
  readonly type?: string;
  readonly data?: string;
}

/**
 * Splits a stream of server-sent events (HTML §9.2) that arrives in pieces. `push` gives the events that the piece
 * completes; a piece may end anywhere, also within a line.
 */
export class EventLines {
  private rest = '';

  push(text: string): readonly StreamedEvent[] {
    const blocks = (this.rest + text).replaceAll('\r\n', '\n').split('\n\n');
    this.rest = blocks.pop() ?? '';
    return blocks.map(eventOf).filter(({ id, data }) => id !== undefined || data !== undefined);
  }
}

function eventOf(block: string): StreamedEvent {
  const fields: Record<string, string> = {};
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).replace(/^ /, '');
    fields[name] = name === 'data' && fields['data'] !== undefined ? `${fields['data']}\n${value}` : value;
  }
  const { id, event, data } = fields;
  return {
    ...(id === undefined ? {} : { id }),
    ...(event === undefined ? {} : { type: event }),
    ...(data === undefined ? {} : { data }),
  };
}
