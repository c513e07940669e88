/** The passkey's second signature: built from what authenticators answer, checked from the compact form, and attacked. */
import { describe, expect, it } from 'vitest';
import { concat, utf8, type Bytes } from '#base/bytes.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { StepUp } from '#protocol/objects.ts';
import { compactStepUp, derToRaw, readStepUp, stepUpItem, verifyStepUp } from '#protocol/step-up.ts';
import { bytesOf, nodeVerifier, testKey } from '../../fixtures/protocol-keys.ts';
import { assertionOf, byPasskey, CHROME_ENDING, passkey, scene, toDer } from '../../fixtures/purse-objects.ts';

const challenge = bytesOf('11'.repeat(32));
const check = (stepUp: StepUp | null, over = challenge, where = scene, key = passkey.publicKey): Promise<boolean> =>
  stepUp === null ? Promise.resolve(false) : verifyStepUp(stepUp, over, key, where, nodeVerifier);

describe('a step-up', () => {
  it.each<[string, StepUp['suffix']]>([
    ['}', 0],
    [CHROME_ENDING, 1],
    [',"tokenBinding":{"status":"supported"}}', ',"tokenBinding":{"status":"supported"}}'],
    [',"extra_keys_may_be_added":"Größe 好"}', ',"extra_keys_may_be_added":"Größe 好"}'],
  ])('ending in %s is made compact and verifies', async (ending, suffix) => {
    const stepUp = compactStepUp(await assertionOf(challenge, { ending, signCount: 0xfffe_fdfc }), challenge, scene);
    expect(stepUp).toMatchObject({ flags: 0x1d, signCount: 0xfffe_fdfc, suffix });
    expect(await check(stepUp)).toBe(true);
    expect(readStepUp(stepUpItem(stepUp as StepUp))).toEqual(stepUp);
  });

  it('is for its voucher, its key and its page', async () => {
    const stepUp = await byPasskey(challenge);
    expect(await check(stepUp)).toBe(true);
    expect(await check(stepUp, bytesOf('12'.repeat(32)))).toBe(false);
    expect(await check(stepUp, challenge, scene, testKey('other').publicKey)).toBe(false);
    expect(await check(stepUp, challenge, { ...scene, origin: 'https://evil.example' })).toBe(false);
    expect(await check(stepUp, challenge, { ...scene, rpId: 'evil.example' })).toBe(false);
  });

  it.each<[string, Parameters<typeof assertionOf>[1]]>([
    ['no user verification', { flags: 0x01 }],
    ['no user presence', { flags: 0x04 }],
    ['no flags', { flags: 0 }],
    ['another origin', { origin: 'https://pay.example.evil.example' }],
    ['another relying party', { rpId: 'evil.example' }],
    ['a second challenge after the real one', { ending: ',"challenge":"AAAA"}' }],
    ['a nested challenge', { ending: ',"x":{"challenge":"AAAA"}}' }],
    ['no ending', { ending: '' }],
    ['another value of crossOrigin', { ending: 'x}' }],
    ['an ending too long', { ending: `,"x":"${'x'.repeat(LIMITS.stepUpSuffixBytes)}"}` }],
  ])('with %s is never made, and never passes', async (_what, changes) => {
    const assertion = await assertionOf(challenge, changes);
    expect(compactStepUp(assertion, challenge, scene)).toBe(null);
    // The same, written by somebody who does not ask compactStepUp: genuine signature, honest compact form.
    const ending = changes?.ending ?? '}';
    const signature = derToRaw(assertion.signature) as Bytes;
    expect(await check({ flags: assertion.authenticatorData[32] ?? 0, signCount: 0, suffix: ending === '}' ? 0 : ending, signature })).toBe(ending.length > LIMITS.stepUpSuffixBytes);
  });
  it('too long is refused by the reader of the voucher', () => {
    expect(readStepUp([5, 0, ','.padEnd(LIMITS.stepUpSuffixBytes + 1, 'x'), new Uint8Array(64)])).toBe(null);
    expect(() => stepUpItem({ flags: 5, signCount: 0, suffix: ','.padEnd(LIMITS.stepUpSuffixBytes + 1, 'x'), signature: new Uint8Array(64) })).toThrow('assertion failed');
  });

  it('with any bit of its flags or counter changed does not verify', async () => {
    const stepUp = (await byPasskey(challenge)) as StepUp;
    for (let bit = 0; bit < 8; bit++) expect(await check({ ...stepUp, flags: stepUp.flags ^ (1 << bit) }), `flag ${bit}`).toBe(false);
    for (let bit = 0; bit < 32; bit++) expect(await check({ ...stepUp, signCount: (stepUp.signCount ^ (1 << bit)) >>> 0 }), `counter ${bit}`).toBe(false);
    for (const suffix of [1, '', ',', '}}', '} ', CHROME_ENDING] as const) expect(await check({ ...stepUp, suffix }), `${suffix}`).toBe(false);
  });

  it('is not made for another challenge, from longer authenticator data, or from a broken signature', async () => {
    const assertion = await assertionOf(challenge);
    expect(compactStepUp(assertion, bytesOf('12'.repeat(32)), scene)).toBe(null);
    expect(compactStepUp({ ...assertion, authenticatorData: concat(assertion.authenticatorData, new Uint8Array(1)) }, challenge, scene)).toBe(null);
    expect(compactStepUp({ ...assertion, authenticatorData: assertion.authenticatorData.slice(0, 36) }, challenge, scene)).toBe(null);
    expect(compactStepUp({ ...assertion, signature: assertion.signature.slice(1) }, challenge, scene)).toBe(null);
    expect(compactStepUp({ ...assertion, clientDataJson: new Uint8Array(0) }, challenge, scene)).toBe(null);
    expect(compactStepUp({ ...assertion, clientDataJson: concat(assertion.clientDataJson.slice(0, -1), new Uint8Array([0x2c, 0xff, 0x7d])) }, challenge, scene)).toBe(null);
  });
  it('of a strange origin cannot end the text early', async () => {
    const strange = { origin: 'https://a.example","crossOrigin":false}', rpId: scene.rpId };
    const stepUp = compactStepUp(await assertionOf(challenge, { origin: strange.origin }), challenge, strange);
    expect(stepUp).toBe(null);
  });
});

describe('DER to raw', () => {
  it('takes both numbers, with their padding', () => {
    for (const raw of ['01'.padStart(64, '0') + 'ff'.repeat(32), '80'.padEnd(64, '0') + '7f'.padEnd(64, '1'), '00ff'.padEnd(64, 'a') + '02'.padStart(64, '0')]) {
      expect(derToRaw(toDer(bytesOf(raw)))).toEqual(bytesOf(raw));
    }
  });
  it.each([
    ['nothing', ''],
    ['another tag', '3106020101020101'],
    ['a wrong length', '3007020101020101'],
    ['one number', '3003020101'],
    ['three numbers', '3009020101020101020101'],
    ['a negative number', '3006020180020101'],
    ['a number with needless zeros', '300702020001020101'],
    ['an empty number', '30050200020101'],
    ['a number beyond the end', '3006020101020201'],
    ['a number of 33 bytes', `3026022101${'00'.repeat(32)}020101`],
    ['a long form of length', '308106020101020101'],
    ['bytes after it', '300602010102010100'],
  ])('refuses %s', (_what, hex) => {
    expect(derToRaw(bytesOf(hex))).toBe(null);
  });
  it('takes the numbers one and one', () => {
    expect(derToRaw(utf8('0\u0006\u0002\u0001\u0001\u0002\u0001\u0001'))).toEqual(bytesOf('01'.padStart(64, '0').repeat(2)));
  });
});
