/** A passkey's assertion, checked here with no network: by the key that the purse's certificate names, and at the origin this app runs at. */
import { type Bytes, fromBase64Url } from '#base/bytes.ts';
import type { StepUp } from '#protocol/objects.ts';
import { type Assertion, compactStepUp, type StepUpScene, verifyStepUp } from '#protocol/step-up.ts';
import { type Core, environment } from './core.ts';

/** `answer`: AuthenticationResponseJSON. Null when it is not this passkey's word for this challenge. */
export async function passkeyWord(core: Core, answer: unknown, challenge: Bytes, uvKey: Bytes): Promise<StepUp | null> {
  const scene = sceneHere(core);
  const assertion = readAssertion(answer);
  const stepUp = assertion === null ? null : compactStepUp(assertion, challenge, scene);
  if (stepUp === null) return null;
  return (await verifyStepUp(stepUp, challenge, uvKey, scene, core.ports.verifier)) ? stepUp : null;
}

/** Passkeys belong to a host, without its port. */
export function sceneHere(core: Core): StepUpScene {
  const { origin, host } = environment(core);
  return { origin, rpId: host.replace(/:[0-9]+$/u, '') };
}

function readAssertion(answer: unknown): Assertion | null {
  const response = fieldOf(answer, 'response');
  const authenticatorData = bytesOf(fieldOf(response, 'authenticatorData'));
  const clientDataJson = bytesOf(fieldOf(response, 'clientDataJSON'));
  const signature = bytesOf(fieldOf(response, 'signature'));
  return authenticatorData === null || clientDataJson === null || signature === null ? null : { authenticatorData, clientDataJson, signature };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? (value as { readonly [field: string]: unknown })[name] : undefined;
}

function bytesOf(value: unknown): Bytes | null {
  return typeof value === 'string' ? fromBase64Url(value) : null;
}
