/** The document itself, for whoever integrates. */
import * as v from 'valibot';
import { ok } from '#base/result.ts';
import { openApiDocument } from './openapi-document.ts';
import { isServed, route, type Route } from './route.ts';
import type { Site } from './site.ts';

/** `all` is given late: the document describes this route too. */
export function openApiRoutes(all: () => readonly Route[]): Route[] {
  /** Made once: anybody may ask for it, as often as they like. */
  const made = new Map<Site['mode'], ReturnType<typeof openApiDocument>>();
  const documentFor = (mode: Site['mode']) => {
    const document = made.get(mode) ?? openApiDocument(all().filter((each) => isServed(each, mode)));
    made.set(mode, document);
    return document;
  };
  return [
    route({
      method: 'GET',
      path: '/v1/openapi.json',
      operation: 'getOpenApi',
      summary: 'This document, OpenAPI 3.1',
      auth: 'none',
      reply: { status: 200, description: 'The document', body: { name: 'OpenApiDocument', schema: v.looseObject({ openapi: v.literal('3.1.0') }) } },
      problems: [],
      handle: async (_call, { site }) => ok({ status: 200, json: documentFor(site.mode) }),
    }),
  ];
}
