import type { DeadLetter } from '@tessera/application-messaging';
import { letterTable, letterText, topicSummaries, topicTable } from './output';

/** A letter that another producer wrote: nothing in it is as ours are. */
const FOREIGN: DeadLetter = {
  id: 'tessera.events.dlq/0/7',
  record: {
    topic: 'tessera.events.dlq',
    partition: 0,
    offset: '7',
    timestamp: 9e18,
    key: '',
    headers: { 'x-error': 'a\u001b[2Jb' },
    value: 'gAD/',
    encoding: 'base64',
  },
  original: { topic: 'tessera.events', partition: NaN, offset: '', timestamp: NaN },
  group: '',
  error: 'a\u001b[2Jb',
  errorType: '',
  tries: NaN,
  type: '',
  mark: undefined,
  incomplete: undefined,
};

describe('a dead letter of another producer', () => {
  it('is listed, with a dash for what it lacks', () => {
    expect(letterTable([FOREIGN])).toMatch(/\ntessera\.events\.dlq\/0\/7 +- +- +- +- +open +: a \[2Jb$/);
    expect(topicTable(topicSummaries(['tessera.events.dlq'], [FOREIGN]))).toMatch(/dlq +1 +- +-$/);
  });

  it('is shown, its bytes as base64 and no control character', () => {
    const text = letterText(FOREIGN);
    expect(text).toMatch(/\nvalue \(base64, since it is no text\)\ngAD\/$/);
    expect(text).not.toContain('\u001b');
  });
});
