/** Maximum length of the text that is compared, characters. */
export const MOST_PROMPT = 32_768;

/** Members that are part of the prompt, in the order of common chat templates. */
const READ = ['instructions', 'system', 'messages', 'prompt', 'input', 'query'] as const;

/**
 * The beginning of the prompt as one text: roles and texts of messages, or the prompt itself. Conversations with the
 * same beginning have texts with the same beginning.
 */
export function promptStartOf(body: Readonly<Record<string, unknown>>): string {
  const text = new Text();
  for (const name of READ) {
    if (text.isFull) break;
    text.add(body[name]);
  }
  return text.value;
}

class Text {
  value = '';

  get isFull(): boolean {
    return this.value.length >= MOST_PROMPT;
  }

  add(part: unknown): void {
    if (this.isFull) return;
    if (typeof part === 'string')
      this.value += `${part.length > MOST_PROMPT ? part.slice(0, MOST_PROMPT) : part}\n`;
    else if (typeof part === 'number') this.value += `${part} `;
    else if (Array.isArray(part)) {
      for (const one of part) {
        if (this.isFull) break;
        this.add(one);
      }
    } else if (typeof part === 'object' && part !== null) this.addMessage(part as Record<string, unknown>);
    if (this.isFull) this.value = this.value.slice(0, MOST_PROMPT);
  }

  /** Adds a message, or a part of one: a text, an image, a tool call. */
  private addMessage(message: Readonly<Record<string, unknown>>): void {
    if (typeof message['role'] === 'string') this.value += `${message['role']}:\n`;
    const known = message['content'] ?? message['text'];
    if (known !== undefined && known !== null) this.add(known);
    else for (const value of Object.values(message)) if (value !== message['role']) this.add(value);
  }
}
