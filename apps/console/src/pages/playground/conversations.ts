import type { SessionStore } from '../../session/session';
import { Conversation } from './conversation';

type Sessions = Pick<SessionStore, 'get' | 'subscribe'>;
const ofSessions = new WeakMap<Sessions, Map<string, Conversation>>();

/** The conversation of the reader with a model. All of them end with the session, or with the page. */
export function conversationWith(model: string, sessions: Sessions): Conversation {
  const known = ofSessions.get(sessions) ?? begun(sessions);
  const conversation = known.get(model) ?? new Conversation(() => performance.now());
  known.set(model, conversation);
  return conversation;
}

function begun(sessions: Sessions): Map<string, Conversation> {
  const conversations = new Map<string, Conversation>();
  ofSessions.set(sessions, conversations);
  sessions.subscribe(() => {
    if (sessions.get() !== undefined) return;
    for (const conversation of conversations.values()) conversation.clear();
    conversations.clear();
  });
  return conversations;
}
