import { Controller } from '@nestjs/common';
import type { Input } from '@tessera/contracts-rest';
import { maybe } from '@tessera/kernel';
import { claimsOf, noText, principalOf, type Call, type Reply } from '../http/call';
import { Operation } from '../http/operation';
import { badRequest } from '../http/filters/violations';
import { EventStreams } from './event-streams';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  // Disables response buffering in proxies such as nginx.
  'x-accel-buffering': 'no',
};
const POSITION = /^\d{1,18}$/;

/** Streams events as server-sent events (HTML standard, section 9.2). */
@Controller()
export class EventsController {
  constructor(private readonly streams: EventStreams) {}

  @Operation('stream_events')
  async stream({ query }: Input<'stream_events'>, call: Call): Reply<'stream_events'> {
    const principal = principalOf(call);
    const header = [call.headers['last-event-id']].flat().at(-1);
    // A reconnecting client repeats the URL and sends the last id it received in the header.
    const after = header === undefined || header === '' ? query.lastEventId : header;
    if (after !== undefined && !POSITION.test(after))
      throw badRequest([{ field: 'Last-Event-ID', message: 'is not the id of an event of this stream' }]);
    if (call.isHead) return { status: 200, headers: HEADERS, body: noText() };
    const body = await this.streams.open(
      { principal, claims: claimsOf(call) },
      {
        ...maybe('after', after),
        ...maybe('since', query.since),
        follow: query.follow ?? true,
        ...maybe('types', query.type),
        ...maybe('projectIds', query.projectId),
        ...maybe('workloadIds', query.workloadId),
      },
    );
    return { status: 200, headers: HEADERS, body };
  }
}
