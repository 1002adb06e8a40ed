import { formatTraceparent, parseTraceparent } from './traceparent';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('the header traceparent', () => {
  it.each([
    ['a sampled span', `00-${TRACE}-${SPAN}-01`, 1],
    ['a span that is not sampled', `00-${TRACE}-${SPAN}-00`, 0],
    ['a later version with more behind it', `01-${TRACE}-${SPAN}-01-more`, 1],
    ['flags that are not known yet', `00-${TRACE}-${SPAN}-03`, 1],
  ])('names %s', (_what, header, traceFlags) => {
    expect(parseTraceparent(header)).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags, isRemote: true });
  });

  it.each([
    ['nothing', undefined],
    ['two of them', [`00-${TRACE}-${SPAN}-01`]],
    ['a forbidden version', `ff-${TRACE}-${SPAN}-01`],
    ['more behind the first version', `00-${TRACE}-${SPAN}-01-more`],
    ['an empty trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['an empty span', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['something else', "'; drop table"],
  ])('is not %s', (_what, header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });

  it('is written as it was read', () => {
    const header = `00-${TRACE}-${SPAN}-01`;
    const span = parseTraceparent(header);
    expect(span && formatTraceparent(span)).toBe(header);
  });
});
