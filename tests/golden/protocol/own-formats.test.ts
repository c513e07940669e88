/**
 * The formats that protocol.md leaves to us: order, key set, terminal key in a certificate, link, EMVCo text. Frozen here: a
 * change of these bytes is a change of the protocol and needs a version.
 */
import { describe, expect, it } from 'vitest';
import { toHex, utf8 } from '#base/bytes.ts';
import { encodeEmvco } from '#protocol/emvco.ts';
import { chargeLink, stickerLink } from '#protocol/link.ts';
import { sha256 } from '#protocol/sha256.ts';
import * as made from '../../fixtures/protocol-objects.ts';

const emvco = { merchantId: made.merchantId, name: 'Corner Noodles', city: 'Shenzhen', country: 'CN', category: '5812', ccy: 156, amountMinor: 1_850, reference: 'A1', terminal: 3 };

describe('own formats', () => {
  it('keep their bytes', () => {
    const digests = {
      order: toHex(sha256(made.order)),
      keySet: toHex(sha256(made.signedKeySet)),
      certificateWithKey: toHex(sha256(made.certWithKey)),
      chargeLink: toHex(sha256(utf8(chargeLink('https://pay.example', made.invoice)))),
      stickerLink: toHex(sha256(utf8(stickerLink('https://pay.example', made.cert)))),
      emvco: toHex(sha256(utf8(encodeEmvco(emvco)))),
    };
    expect(digests).toMatchInlineSnapshot(`
      {
        "certificateWithKey": "b59877ff7681b9b4eefd29f2af815ab575f3d1c3387d7136d45ef18125643d7e",
        "chargeLink": "864c60d2db7f717d3208eac2f286e92085cf54f29853ca939a93deab0cf171a9",
        "emvco": "26f89c47ac018d6cee168283a2dcfd99e36d9aec6768890dea65938dea6c243c",
        "keySet": "8a994e2ccd218f62e8b03d23a2145908ab42cfe6473068e3fceddfceea46fcfa",
        "order": "ce758dea79d3277b21f30e3181e855c689b344e81d9bb9b974b6ebc9ac68505c",
        "stickerLink": "aead549db9e5db92ac6005f7514bb184ee3306ee1ed07936b4c4a28da4a3ff0a",
      }
    `);
  });
  it('keep their shapes in full', () => {
    expect(toHex(made.order)).toMatchInlineSnapshot(`"8449a2012604446034a3a7a05842a50348e69a70ec4b9eb8d6061a6ab13b800750000102030405060708090a0b0c0d0e0f182750357fab804c5a8a9a0a28c6a23614a95d3a00010000830119073a189c5840f00d34d59056276d93f5c50dd677910823c0dde6e69927de2410e76b7310b99bb581155ad7de6ff3f8ce952e4da8fba18a538be44b76f80c2c1ceb4ff252b660"`);
    expect(toHex(made.signedKeySet)).toMatchInlineSnapshot(`"8449a2012604441c36da93a058d5a2061a6ab13b803a000100008401058484582103bd6c79256be77e79e9413f134a023206bc4187e8ddfa71d639b0c3060469cb2581011a6ab137981a6ac07dc084582102d1e84dbafc3f253f394f6819302aac9b71047c577765c79a616a465795c808d381031a6ab137981a6ac07dc084582102d66c71fdc3590429b3ac6ff441f203c2f7fcb56e896c8488be4606fbb946fa6281021a6ab137981a6ac07dc084582103a0e924c77cef4e49b96e8ca4aa86657a50e90be9aada51d79f9003746ae7198481041a6ab137981a6ac07dc01a000546005840f9bd41ec29187893a25b84bc0551aad75b728f991d389dbdba137470e01ee69c02a98def199806f4ae2b3be9e8625c9529d243fffedf2721d9a858a0ebec9b17"`);
  });
});
