/** What a page must know before anybody has signed in: the time, the keys, the mode. */
import { toBase64Url } from '#base/bytes.ts';
import { ok } from '#base/result.ts';
import { CNY } from '#protocol/currency.ts';
import { ConfigReply } from '#protocol/http.ts';
import { route } from './route.ts';

export const configRoutes = [
  route({
    method: 'GET',
    path: '/v1/config',
    operation: 'getConfig',
    summary: 'Server time, mode, currency and the signed key set',
    auth: 'none',
    reply: { status: 200, description: 'The configuration', body: { name: 'ConfigReply', schema: ConfigReply } },
    problems: [],
    handle: async ({ scene }, { clock, site, issuer }) => {
      const { mode } = site;
      const json: ConfigReply = {
        nowMs: clock.nowMs(),
        mode,
        ccy: CNY,
        keySet: toBase64Url(issuer.keySet),
        rootKey: toBase64Url(issuer.rootKey),
        deskOrigin: scene.deskOrigin,
      };
      return ok({ status: 200, json });
    },
  }),
];
