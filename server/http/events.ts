/** The live stream: hints that the feed grew, nothing else. What happened is asked of the feed, with a session. */
import { err, ok } from '#base/result.ts';
import { route } from './route.ts';

const EVENT_STREAM = 'text/event-stream';

export const eventRoutes = [
  route({
    method: 'GET',
    path: '/v1/events',
    operation: 'openEvents',
    summary: 'Server-sent events: `feed` with {"headSeq": n} whenever the feed has grown',
    auth: 'session',
    accountRate: 'stream',
    streams: true,
    reply: { status: 200, description: 'An endless stream; comments every 15 seconds', body: null, type: EVENT_STREAM },
    problems: [],
    handle: async ({ caller }, { live }) => {
      const stream = live.open(caller);
      if (stream === null) return err('RATE_LIMITED', { retryAfterMs: 10_000 });
      return ok({ status: 200, stream, headers: { 'content-type': EVENT_STREAM, 'x-accel-buffering': 'no' } });
    },
  }),
];
