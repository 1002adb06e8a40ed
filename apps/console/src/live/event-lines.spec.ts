import fc from 'fast-check';
import { EventLines } from './event-lines';

const STREAM =
  'retry: 2000\nid: 1\n\nid: 2\nevent: deleted\ndata: {"a":\ndata: 1}\n\n: heartbeat\nid: 2\n\nid: 3\r\ndata: x\r\n\r\n';
const EVENTS = [
  { id: '1' },
  { id: '2', type: 'deleted', data: '{"a":\n1}' },
  { id: '2' },
  { id: '3', data: 'x' },
];

describe('lines of server-sent events', () => {
  it('give ids, types and data; several lines of data are one', () => {
    expect(new EventLines().push(STREAM)).toEqual(EVENTS);
  });

  it('give the same events wherever the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: STREAM.length })), (cuts) => {
        const lines = new EventLines();
        const places = [0, ...cuts.sort((a, b) => a - b), STREAM.length];
        const pieces = places.slice(1).map((end, index) => STREAM.slice(places[index], end));
        expect(pieces.flatMap((piece) => lines.push(piece))).toEqual(EVENTS);
      }),
    );
  });

  it('give nothing for an event that is not complete', () => {
    expect(new EventLines().push('id: 4\ndata: y\n')).toEqual([]);
  });
});
