/** The route table as an OpenAPI 3.1 document. Reads the same schemas that parse the requests; knows no route by name. */
import { toJsonSchema } from '@valibot/to-json-schema';
import { safeParse } from 'valibot';
import { ProblemReply } from '#protocol/http.ts';
import { PROBLEM_SHOWN, PROBLEM_TYPE } from './problems.ts';
import { problemsOf, type NamedSchema, type Route } from './route.ts';

type Json = { readonly [name: string]: unknown };
const PROBLEM: NamedSchema = { name: 'ProblemReply', schema: ProblemReply };
const ABOUT = 'Money is integer minor units, time milliseconds since 1970, bytes base64url, ids lower-case hexadecimal. A header `Chit-Request: 1` keeps requests of other sites out.';
const OUR_HEADER: Json = { name: 'Chit-Request', in: 'header', required: true, schema: { type: 'string', const: '1' } };

export function openApiDocument(routes: readonly Route[]): Json {
  const schemas = [PROBLEM, ...routes.flatMap((route) => [route.body, route.reply.body])].filter((each) => each !== null);
  return {
    openapi: '3.1.0',
    info: { title: 'Chit', version: '1', description: ABOUT, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths: pathsOf(routes),
    components: {
      schemas: Object.fromEntries(schemas.map(({ name, schema, described = schema }) => [name, schemaOf(described)])),
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: '__Host-chit' } },
    },
  };
}

function pathsOf(routes: readonly Route[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) (paths[templateOf(route.path)] ??= {})[route.method.toLowerCase()] = operationOf(route);
  return paths;
}

/** `/v1/purses/:id` as the document writes it. */
export function templateOf(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}');
}

/** A body that is absent counts as {}. */
function isNeeded({ schema }: NamedSchema): boolean {
  return !safeParse(schema, {}).success;
}

function operationOf(route: Route): Json {
  const header = route.method === 'GET' || route.foreign !== undefined ? [] : [OUR_HEADER];
  const parameters = [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query'), ...header];
  return {
    operationId: route.operation,
    summary: route.summary,
    security: route.auth === 'none' ? [] : [{ session: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === null ? {} : { requestBody: { required: isNeeded(route.body), content: contentOf(route.body, route.foreign ?? 'application/json') } }),
    responses: { ...replyOf(route), ...refusalsOf(route) },
  };
}

function replyOf({ reply }: Route): Json {
  const { status, description, body, type = 'application/json' } = reply;
  if (body !== null) return { [status]: { description, content: contentOf(body, type) } };
  return { [status]: status === 204 ? { description } : { description, content: { [type]: { schema: { type: 'string' } } } } };
}

/** One response a status; which codes it may carry is said in its description. */
function refusalsOf(route: Route): Json {
  const codes = Map.groupBy(problemsOf(route), (code) => PROBLEM_SHOWN[code].status);
  return Object.fromEntries([...codes].map(([status, shared]) => [status, { description: shared.join(', '), content: contentOf(PROBLEM, PROBLEM_TYPE) }]));
}

function contentOf({ name }: NamedSchema, type: string): Json {
  return { [type]: { schema: { $ref: `#/components/schemas/${name}` } } };
}

function parametersOf(named: NamedSchema | null, place: 'path' | 'query'): Json[] {
  if (named === null) return [];
  const { properties = {}, required = [] } = toJsonSchema(named.schema, { target: 'draft-2020-12', typeMode: 'input', ignoreActions: ['check'] });
  return Object.entries(properties).map(([name, schema]) => ({ name, in: place, required: required.includes(name), schema }));
}

function schemaOf(schema: NamedSchema['schema']): Json {
  const { $schema: _, ...rest } = toJsonSchema(schema, { target: 'draft-2020-12', typeMode: 'input', ignoreActions: ['check'] });
  return { ...rest };
}
