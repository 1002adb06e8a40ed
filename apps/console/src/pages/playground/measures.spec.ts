import type { Turn } from './conversation';
import { measuresOf } from './measures';

const TURN: Turn = { question: 'a', state: 'streaming', text: 'b', reasoning: '', parts: 11, sentAt: 1000 };

describe('what is measured of an answer', () => {
  it('is nothing before its first token', () => {
    expect(measuresOf({ ...TURN, state: 'waiting' })).toEqual([]);
  });

  it('is an estimate of the tokens where the server does not report them', () => {
    expect(measuresOf({ ...TURN, firstAt: 1250 })).toEqual([
      'first token after 250 ms',
      'about 11 tokens out',
    ]);
  });

  it('has times, tokens, their pace behind the first one, and who answered', () => {
    const ended = {
      firstAt: 1250,
      endedAt: 2250,
      tokensIn: 8,
      tokensOut: 21,
      model: 'chat',
      finish: 'length',
    };
    expect(measuresOf({ ...TURN, ...ended })).toEqual([
      'first token after 250 ms',
      '1.3 s in all',
      '21 tokens out',
      '8 in',
      '20 tokens/s',
      'by chat',
      'cut off at the limit of tokens',
    ]);
  });

  it('has no pace of one token', () => {
    expect(measuresOf({ ...TURN, firstAt: 1250, endedAt: 1350, tokensOut: 1 })).toEqual([
      'first token after 250 ms',
      '350 ms in all',
      '1 token out',
    ]);
  });
});
