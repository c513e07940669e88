/**
 * What a route is. One declaration both mounts the handler and writes the OpenAPI document, so the two cannot drift. `auth`
 * has no default: a route that forgets to say who may call it does not compile.
 */
import type { GenericSchema, InferOutput } from 'valibot';
import type { Result } from '#base/result.ts';
import type { Problem } from '#protocol/errors.ts';
import type { Caller } from '#server/core/identity.ts';
import type { RateLimits } from '#server/core/ports.ts';
import type { StepUpDeps } from '#server/core/purses-step-up.ts';
import type { SyncDeps } from '#server/core/sync.ts';
import type { LiveFeeds } from './live.ts';
import type { RateName } from './rates.ts';
import type { Scene, Site } from './site.ts';

/** none: anybody. session: any signed-in device. till: a signed-in device of a merchant. */
export type Auth = 'none' | 'session' | 'till';

export type AppDeps = SyncDeps & StepUpDeps & {
  readonly site: Site;
  readonly rates: RateLimits<RateName>;
  readonly live: LiveFeeds;
};

/** `described`: what the document says of it, where the route reads a part later, on its own. */
export type NamedSchema = { readonly name: string; readonly schema: GenericSchema; readonly described?: GenericSchema };

export type Answer = {
  readonly status: number;
  /** Undefined: no body. */
  readonly json?: unknown;
  readonly stream?: ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Call<C, B, Q, P> = {
  readonly caller: C;
  readonly body: B;
  readonly query: Q;
  /** What stood in the path for each `:name`. */
  readonly params: P;
  readonly scene: Scene;
  readonly cookieSecret: string | null;
  readonly requestId: string;
};

type RouteFacts<A extends Auth> = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** operationId of the document. */
  readonly operation: string;
  readonly summary: string;
  readonly auth: A;
  /** Its body does not end by itself. */
  readonly streams?: true;
  /** Does not exist in production. */
  readonly demoOnly?: true;
  /** Called by browsers themselves, without our header and with this type of their own, or another. */
  readonly foreign?: string;
  /** Counted by address. */
  readonly addressRate?: RateName;
  /** Counted by account. */
  readonly accountRate?: RateName;
  readonly reply: { readonly status: number; readonly description: string; readonly body: NamedSchema | null; readonly type?: string };
  /** Beside those that every route may answer; see problemsOf. */
  readonly problems: readonly Problem[];
};

type Handle<A extends Auth, B, Q, P> = (
  call: Call<A extends 'none' ? null : Caller, B, Q, P>,
  deps: AppDeps,
) => Promise<Result<Answer, Problem>>;

/** A route with its types forgotten: what the table holds. Bodies and queries were parsed by the schemas of the same route. */
export type Route = RouteFacts<Auth> & {
  readonly body: NamedSchema | null;
  readonly query: NamedSchema | null;
  readonly params: NamedSchema | null;
  readonly handle: Handle<Auth, unknown, unknown, unknown>;
};

type Schema<S extends GenericSchema> = NamedSchema & { readonly schema: S };

type None = GenericSchema<undefined>;

export function route<A extends Auth, B extends GenericSchema = None, Q extends GenericSchema = None, P extends GenericSchema = None>(
  facts: RouteFacts<A> & {
    readonly body?: Schema<B>;
    readonly query?: Schema<Q>;
    readonly params?: Schema<P>;
    readonly handle: Handle<A, InferOutput<B>, InferOutput<Q>, InferOutput<P>>;
  },
): Route {
  const { body = null, query = null, params = null, handle, ...rest } = facts;
  // The one place where the types are forgotten: the app parses with these very schemas before it calls.
  return { ...rest, body, query, params, handle: handle as Handle<Auth, unknown, unknown, unknown> };
}

/** What a route may answer because of what it is, not of what it does. */
export function problemsOf(route: Route): readonly Problem[] {
  const common: Problem[] = ['RATE_LIMITED', 'INTERNAL', 'UNAVAILABLE', 'CROSS_SITE'];
  if (route.auth !== 'none') common.push('UNAUTHENTICATED');
  if (route.auth === 'till') common.push('FORBIDDEN');
  if (route.body !== null) common.push('BAD_REQUEST', 'BODY_TOO_LARGE');
  if (route.body !== null && route.foreign === undefined) common.push('UNSUPPORTED_MEDIA_TYPE');
  if (route.query !== null) common.push('BAD_REQUEST');
  // An id that is none of ours stands for nothing.
  if (route.params !== null) common.push('NOT_FOUND');
  return [...new Set([...common, ...route.problems])];
}

/** Is it this route that answers at that path? */
export function answersAt(route: Route, path: string): boolean {
  const steps = route.path.split('/');
  const asked = path.split('/');
  return steps.length === asked.length && steps.every((step, index) => step === asked[index] || (step.startsWith(':') && asked[index] !== ''));
}

export function isServed(route: Route, mode: Site['mode']): boolean {
  return mode === 'demo' || route.demoOnly !== true;
}
