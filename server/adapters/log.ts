/** pino behind our Log: one JSON line an event, UTC, to stdout or a given stream. Fields are the typed, flat facts of #base/log.ts; no object is ever handed through, so no request, header or body can slip in. */
import { pino, type DestinationStream } from 'pino';
import type { Log } from '#base/log.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export function pinoLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = { level, base: null, timestamp: () => `,"at":"${new Date().toISOString()}"`, messageKey: 'event', formatters: { level: (label: string) => ({ level: label }) } };
  const logger = destination === undefined ? pino(options) : pino(options, destination);
  return {
    info: (event, fields) => logger.info(fields ?? {}, event),
    warn: (event, fields) => logger.warn(fields ?? {}, event),
    error: (event, fields) => logger.error(fields ?? {}, event),
  };
}
