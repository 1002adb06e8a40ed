import { maybe } from '@tessera/kernel';
import { tokensExpected } from './token-estimate';

describe('the tokens that are reserved for a request', () => {
  it.each([
    ['chat/completions', 4_000, 100, 1_100],
    ['chat/completions', 400, undefined, 356],
    ['chat/completions', 400, 1_000_000, 4_196],
    ['completions', 10_000_000, 10, 65_546],
    ['completions', 0, -5, 0],
    ['embeddings', 401, 100, 101],
    ['audio/transcriptions', 10_000_000, undefined, 256],
  ] as const)('%s with %i bytes and at most %s tokens: %i', (endpoint, bytes, maxTokens, tokens) => {
    expect(tokensExpected({ endpoint, ...maybe('maxTokens', maxTokens) }, bytes)).toBe(tokens);
  });
});
