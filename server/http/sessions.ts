/** Challenges and sessions: the ways in, and out. */
import * as v from 'valibot';
import { ok } from '#base/result.ts';
import { ChallengeReply, MeReply, SessionRequest } from '#protocol/http.ts';
import { describeMe } from '#server/core/identity.ts';
import { openSession, sessionChallenge, signOut } from '#server/core/sessions.ts';
import { endedCookie, sessionCookie } from './cookie.ts';
import { route } from './route.ts';

export const sessionRoutes = [
  route({
    method: 'POST',
    path: '/v1/challenges',
    operation: 'createChallenge',
    summary: 'A fresh challenge for the proof of a session',
    auth: 'none',
    addressRate: 'session',
    body: { name: 'NoRequest', schema: v.strictObject({}) },
    reply: { status: 200, description: 'Single use, good for two minutes', body: { name: 'ChallengeReply', schema: ChallengeReply } },
    problems: [],
    handle: async (_call, deps) => ok({ status: 200, json: { challenge: sessionChallenge(deps), nowMs: deps.clock.nowMs() } }),
  }),
  route({
    method: 'POST',
    path: '/v1/sessions',
    operation: 'openSession',
    summary: 'Enrol a device, sign a known device in, or restore a cleared one',
    auth: 'none',
    addressRate: 'session',
    body: { name: 'SessionRequest', schema: SessionRequest },
    reply: { status: 201, description: 'Signed in; the session is in the cookie', body: { name: 'MeReply', schema: MeReply } },
    problems: [
      'CHALLENGE',
      'UNAUTHENTICATED',
      'CODE_USED',
      'DEVICE_REVOKED',
      'TOO_MANY_DEVICES',
      'PIN_WRONG',
      'PIN_LOCKED',
      'PIN_NOT_SET',
      'PASSKEY_REFUSED',
    ],
    handle: async ({ body, scene, cookieSecret }, deps) => {
      const opened = await openSession(deps, body, scene, cookieSecret);
      if (!opened.ok) return opened;
      const json = await describeMe(deps, opened.value, scene.rpId);
      return ok({ status: 201, json, headers: { 'set-cookie': sessionCookie(opened.value.secret) } });
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/sessions/current',
    operation: 'signOut',
    summary: 'End this session and remove this device from the account',
    auth: 'session',
    reply: { status: 204, description: 'Signed out', body: null },
    problems: [],
    handle: async ({ caller }, deps) => {
      await signOut(deps, caller);
      deps.live.end(caller.device.id);
      return ok({ status: 204, headers: { 'set-cookie': endedCookie() } });
    },
  }),
];
