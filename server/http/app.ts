/**
 * The Hono app: mounts the route table. Every request goes through the same doors in the same order: host, limits, origin,
 * session, role, body, handler. Needs no network: tests call `app.request`.
 */
import { Hono, type Context } from 'hono';
import * as v from 'valibot';
import { toHex } from '#base/bytes.ts';
import { err, ok, type ErrorDetail, type Result } from '#base/result.ts';
import type { Problem } from '#protocol/errors.ts';
import { findCaller, type Caller } from '#server/core/identity.ts';
import { StoreUnavailable } from '#server/core/ports.ts';
import { thrownFacts } from '#server/core/thrown.ts';
import { readSessionCookie } from './cookie.ts';
import { isSameSite, readBytes, readJsonBody } from './door.ts';
import { parseJson } from './json.ts';
import { problemResponse } from './problems.ts';
import { answersAt, isServed, type Answer, type AppDeps, type NamedSchema, type Route } from './route.ts';
import { ROUTES } from './routes.ts';
import { sceneOf, type Scene } from './site.ts';

export type AppEnv = { Variables: { requestId: string; pattern: string } };
type AppContext = Context<AppEnv>;

export type AppOptions = AppDeps & {
  /** Whom the limits count as one caller, from what the server adapter puts into Hono's env. */
  readonly addressOf: (context: AppContext) => string;
  /** Mounts the pages behind the API; absent in tests of the API alone. */
  readonly pages?: (app: Hono<AppEnv>) => void;
};

export function createApp(options: AppOptions): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const served = ROUTES.filter((route) => isServed(route, options.site.mode));
  app.use(async (context, next) => {
    const startedMs = options.clock.monotonicMs();
    context.set('requestId', toHex(options.random.bytes(8)));
    context.set('pattern', 'unknown');
    await next();
    context.header('x-content-type-options', 'nosniff');
    logRequest(options, context, startedMs);
  });
  for (const route of served) app.on(route.method, route.path, (context) => answer(options, route, context));
  app.all('/v1/*', (context) => refuseUnserved(served, context));
  options.pages?.(app);
  app.notFound((context) => problemResponse('NOT_FOUND', context.get('requestId')));
  app.onError((thrown, context) => refuseThrown(options, thrown, context));
  return app;
}

/** The pattern, never the path: a path or query is a stranger's text. */
function logRequest({ log, clock }: AppOptions, context: AppContext, startedMs: number): void {
  const { status } = context.res;
  const facts = { requestId: context.get('requestId'), method: context.req.method, route: context.get('pattern'), status, ms: Math.round(clock.monotonicMs() - startedMs) };
  if (status >= 500) log.error('request', facts);
  else log.info('request', facts);
}

async function answer(options: AppOptions, route: Route, context: AppContext): Promise<Response> {
  context.set('pattern', route.path);
  const done = await serve(options, route, context);
  if (!done.ok) return problemResponse(done.error, context.get('requestId'), done.detail);
  const { status, json, stream, headers = {} } = done.value;
  const body = stream ?? (json === undefined ? null : JSON.stringify(json));
  const type: Record<string, string> = json === undefined ? {} : { 'content-type': 'application/json' };
  return new Response(body, { status, headers: { 'cache-control': 'no-store', ...type, ...headers } });
}

async function serve(options: AppOptions, route: Route, context: AppContext): Promise<Result<Answer, Problem>> {
  const request = context.req.raw;
  // Probes of a load balancer call the server by its address.
  const isProbe = !route.path.startsWith('/v1/');
  const scene = sceneOf(options.site, request.headers.get('host') ?? new URL(request.url).host);
  if (scene === null && !isProbe) return err('CROSS_SITE');
  const crowded = await tooMany(options, route, options.addressOf(context), null);
  if (crowded !== null) return err('RATE_LIMITED', crowded);
  if (request.method !== 'GET' && request.method !== 'HEAD' && route.foreign === undefined && !isSameSite(request, scene?.origin ?? '')) return err('CROSS_SITE');
  const cookieSecret = readSessionCookie(request.headers.get('cookie') ?? null);
  const admitted = await admit(options, route, cookieSecret);
  if (!admitted.ok) return admitted;
  const parsed = await parse(route, context);
  if (!parsed.ok) return parsed;
  const call = { caller: admitted.value, ...parsed.value, scene: scene ?? NO_SCENE, cookieSecret, requestId: context.get('requestId') };
  // Nobody reads the body of a HEAD: a stream that was opened for one would never end, and take the place of another.
  if (request.method === 'HEAD' && route.streams === true) return ok({ status: route.reply.status, headers: { 'content-type': route.reply.type ?? '' } });
  // A route that needs a caller has one here; `admit` saw to it.
  return route.handle(call as Parameters<Route['handle']>[0], options);
}

const NO_SCENE: Scene = { host: '', origin: '', rpId: '', deskOrigin: null, phoneOrigins: [] };

/** Default deny: a caller is looked for unless the route says that it needs none, and it must have the role. */
async function admit(options: AppOptions, route: Route, cookieSecret: string | null): Promise<Result<Caller | null, Problem>> {
  if (route.auth === 'none') return ok(null);
  const caller = cookieSecret === null ? null : await findCaller(options, cookieSecret);
  if (caller === null) return err('UNAUTHENTICATED');
  const crowded = await tooMany(options, route, null, caller.party.id);
  if (crowded !== null) return err('RATE_LIMITED', crowded);
  if (route.auth === 'till' && caller.device.terminal === null) return err('FORBIDDEN');
  return ok(caller);
}

async function tooMany({ rates }: AppOptions, route: Route, address: string | null, account: string | null): Promise<ErrorDetail | null> {
  if (account !== null) return route.accountRate === undefined ? null : rates.take(route.accountRate, account);
  if (address === null) return null;
  const all = await rates.take('address', address);
  return all ?? (route.addressRate === undefined ? null : rates.take(route.addressRate, address));
}

async function parse(route: Route, context: AppContext): Promise<Result<{ body: unknown; query: unknown; params: unknown }, Problem>> {
  const params = parseBy(route.params, context.req.param());
  if (!params.ok) return err('NOT_FOUND');
  const query = parseBy(route.query, context.req.query());
  if (!query.ok) return query;
  const asked = { query: query.value, params: params.value };
  if (route.body === null) return ok({ ...asked, body: undefined });
  const json = route.foreign === undefined ? await readJsonBody(context.req.raw) : await readForeignBody(context.req.raw);
  if (!json.ok) return json;
  const body = parseBy(route.body, json.value);
  return body.ok ? ok({ ...asked, body: body.value }) : body;
}

async function readForeignBody(request: Request): Promise<Result<unknown, Problem>> {
  const bytes = await readBytes(request);
  if (bytes === null) return err('BODY_TOO_LARGE');
  const parsed = parseJson(bytes);
  return parsed === null ? err('BAD_REQUEST') : ok(parsed.value);
}

function parseBy(named: NamedSchema | null, value: unknown): Result<unknown, Problem> {
  if (named === null) return ok(undefined);
  const parsed = v.safeParse(named.schema, value);
  return parsed.success ? ok(parsed.output) : err('BAD_REQUEST');
}

function refuseUnserved(served: readonly Route[], context: AppContext): Response {
  const methods = served.filter((route) => answersAt(route, context.req.path)).map((route) => route.method);
  if (methods.length === 0) return problemResponse('NOT_FOUND', context.get('requestId'));
  const refused = problemResponse('METHOD_NOT_ALLOWED', context.get('requestId'));
  refused.headers.set('allow', methods.join(', '));
  return refused;
}

/** The last resort. What was thrown stays here: a bug's name and place go to the log, its message may hold a stranger's text. */
function refuseThrown({ log }: AppOptions, thrown: Error, context: AppContext): Response {
  const requestId = context.get('requestId');
  if (thrown instanceof StoreUnavailable) {
    log.error('store.unavailable', { requestId, route: context.get('pattern'), ...thrownFacts(thrown) });
    return problemResponse('UNAVAILABLE', requestId);
  }
  log.error('request.broke', { requestId, route: context.get('pattern'), ...thrownFacts(thrown) });
  return problemResponse('INTERNAL', requestId);
}
