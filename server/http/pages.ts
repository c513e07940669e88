/**
 * The built app: files of one folder, the shell for the routes that the app itself draws and (as a 404) for visitors of an address
 * that nobody knows, and the headers of each. Files are read afresh, so a new build is served as soon as it lies there;
 * precompressed ones (.br, .gz) are taken where they lie.
 */
import { serveStatic } from '@hono/node-server/serve-static';
import type { Context, Hono, MiddlewareHandler } from 'hono';
import { compress } from 'hono/compress';
import { etag } from 'hono/etag';
import type { AppEnv } from './app.ts';
import { cacheControl, pageHeaders } from './page-headers.ts';
import { problemResponse } from './problems.ts';
import { sceneOf, type Scene, type Site } from './site.ts';

const RECORD = /^\/records\/[a-z]+\/[\w-]{1,64}(?:\/(?:refund|take))?$/;
const ARTICLE = /^\/help\/[\w-]{1,80}$/;
const SCREENS: readonly string[] = ['/', '/scan', '/me', '/records', '/purse', '/purse/load', '/pay', '/i', '/m', '/till', '/till/scan', '/till/digits', '/sales', '/pending', '/pending/export', '/pending/import', '/help'];
/** Pages that hold phones in frames: demo only, at the desk's own host. */
const DESKS: readonly string[] = ['/desk', '/lab'];
/** In an emergency the second stands in for the first, and browsers give up the stored app. */
const WORKER = '/service-worker.js';
const RETIRED = '/retired-service-worker.js';
/** What tools leave lying about is nobody's business. */
const HIDDEN = /\/\./;

export function isScreen(path: string, site: Pick<Site, 'mode'>): boolean {
  if (DESKS.includes(path)) return site.mode === 'demo';
  return SCREENS.includes(path) || RECORD.test(path) || ARTICLE.test(path);
}

export function mountPages(app: Hono<AppEnv>, options: { readonly site: Site; readonly folder: string; readonly retired?: boolean }): void {
  const { site, folder, retired = false } = options;
  app.use('*', guard(site));
  app.use('*', compress());
  app.use('*', etag());
  const files = serveStatic<AppEnv>({ root: folder, precompressed: true, rewriteRequestPath: (path) => (retired && path === WORKER ? RETIRED : path) });
  app.get('*', async (context, next) => (HIDDEN.test(context.req.path) ? next() : files(context, next)));
  const shell = serveStatic<AppEnv>({ root: folder, path: 'index.html', precompressed: true });
  app.get('*', async (context, next) => {
    const screen = isScreen(context.req.path, site);
    if (!screen && !isVisit(context)) return next();
    const page = await shell(context, next);
    return screen || page === undefined ? page : new Response(page.body, { status: 404, headers: page.headers });
  });
}

/** Somebody who came to an address by hand or by a link. The app says that there is nothing here; a program gets a problem. */
function isVisit(context: Context<AppEnv>): boolean {
  const { path } = context.req;
  return !path.startsWith('/v1/') && !HIDDEN.test(path) && (context.req.header('accept') ?? '').includes('text/html');
}

/** Refuses foreign hosts, leads to the desk's own host, and gives every answer its headers. */
function guard(site: Site): MiddlewareHandler<AppEnv> {
  return async (context, next) => {
    const { path } = context.req;
    const scene = sceneOf(site, context.req.header('host') ?? new URL(context.req.url).host);
    if (scene === null) return problemResponse('CROSS_SITE', context.get('requestId'));
    if (DESKS.includes(path) && scene.deskOrigin !== null && scene.deskOrigin !== scene.origin) return context.redirect(`${scene.deskOrigin}${path}`, 302);
    context.set('pattern', isScreen(path, site) ? 'screen' : 'file');
    await next();
    giveHeaders(context, site, scene);
    return undefined;
  };
}

function giveHeaders(context: Context<AppEnv>, site: Site, scene: Scene): void {
  const { path } = context.req;
  for (const [name, value] of Object.entries(pageHeaders(site, scene, path))) context.header(name, value);
  const isFile = context.res.status === 200 || context.res.status === 304;
  context.header('cache-control', isFile ? cacheControl(path) : 'no-store');
}
