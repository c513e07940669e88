/** Adding a passkey: options, then the browser's response. */
import { ok } from '#base/result.ts';
import { PasskeyOptionsReply, PasskeyOptionsRequest, PasskeyReply, PasskeyRequest } from '#protocol/http.ts';
import { addPasskey, passkeyOptions } from '#server/core/passkeys.ts';
import { route } from './route.ts';

export const passkeyRoutes = [
  route({
    method: 'POST',
    path: '/v1/passkeys/options',
    operation: 'createPasskeyOptions',
    summary: 'PublicKeyCredentialCreationOptionsJSON for a new passkey',
    auth: 'session',
    accountRate: 'passkey',
    body: { name: 'PasskeyOptionsRequest', schema: PasskeyOptionsRequest },
    reply: { status: 200, description: 'Options for navigator.credentials.create', body: { name: 'PasskeyOptionsReply', schema: PasskeyOptionsReply } },
    problems: ['PIN_WRONG', 'PIN_LOCKED', 'PIN_NOT_SET', 'TOO_MANY_DEVICES'],
    handle: async ({ caller, body, scene }, deps) => {
      const options = await passkeyOptions(deps, caller, scene, body.pin);
      return options.ok ? ok({ status: 200, json: options.value }) : options;
    },
  }),
  route({
    method: 'POST',
    path: '/v1/passkeys',
    operation: 'addPasskey',
    summary: 'Register the passkey that the browser made (RegistrationResponseJSON)',
    auth: 'session',
    accountRate: 'passkey',
    body: { name: 'PasskeyRequest', schema: PasskeyRequest },
    reply: { status: 201, description: 'The passkey can confirm payments now', body: { name: 'PasskeyReply', schema: PasskeyReply } },
    problems: ['PASSKEY_REFUSED', 'CHALLENGE', 'TOO_MANY_DEVICES'],
    handle: async ({ caller, body, scene }, deps) => {
      const added = await addPasskey(deps, caller, scene, body);
      return added.ok ? ok({ status: 201, json: added.value }) : added;
    },
  }),
];
