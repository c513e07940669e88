/**
 * The formats that protocol.md leaves to us: order, key set, terminal key in a certificate, link, EMVCo text. Frozen here: a
 * change of these bytes is a change of the protocol and needs a version.
 */
import { describe, expect, it } from 'vitest';
import { toHex, utf8, type Bytes } from '#base/bytes.ts';
import { encodeEmvco } from '#protocol/emvco.ts';
import { chargeLink, stickerLink } from '#protocol/link.ts';
import { sha256 } from '#protocol/sha256.ts';
import { signStatusList } from '#protocol/status-list.ts';
import * as made from '../../fixtures/protocol-objects.ts';
import * as purse from '../../fixtures/purse-objects.ts';

const emvco = { merchantId: made.merchantId, name: 'Corner Noodles', city: 'Shenzhen', country: 'CN', category: '5812', ccy: 156, amountMinor: 1_850, reference: 'A1', terminal: 3 };

/** The status list's packing is the port's: only what is around it is ours. */
const unpacked = { deflate: (plain: Bytes) => plain, inflate: (packed: Bytes) => packed };

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
  it('keep the shapes of notes, tab, step-up and status list', async () => {
    const cert = { bytes: await purse.purseCertOf({ audience: [made.merchantId], uvtMinor: 1_000, uvKey: purse.passkey.publicKey }) };
    expect(toHex(purse.ack)).toMatchInlineSnapshot(`"8458a9a201260d8449a201260444b3b21831a05855a40248e69a70ec4b9eb8d6041a6ab28d0008a101a4010220012158200114dd9cf02dc4b0a48a4e0eaab393e5abf39255f526b4cef7c16b2c44082e3322f53a0001000084016ce8a197e8a792e99da2e9a686189c0758408dcabf6bc7a47139a92cd86ff8794d96485b6a21b717dc6e2b1c6b72c92d45f2a1d4ac1b2c46cd21be7b3eec12e6ad9cd493b61fc7fa60fe9c30a551610213ada05820a2061a6ab13b863a00010000830150000102030405060708090a0b0c0d0e0f015840910a2969b6c1660ad435dbe2ff577c00d8c573c8140bb488e257d767a0571532a13c1a527511ab6cb43a5afc91eba135f6facde8439cb765484db2760b02f1ce"`);
    expect(toHex(purse.voidNote)).toMatchInlineSnapshot(`"8458a9a201260d8449a201260444b3b21831a05855a40248e69a70ec4b9eb8d6041a6ab28d0008a101a4010220012158200114dd9cf02dc4b0a48a4e0eaab393e5abf39255f526b4cef7c16b2c44082e3322f53a0001000084016ce8a197e8a792e99da2e9a686189c0758408dcabf6bc7a47139a92cd86ff8794d96485b6a21b717dc6e2b1c6b72c92d45f2a1d4ac1b2c46cd21be7b3eec12e6ad9cd493b61fc7fa60fe9c30a551610213ada05820a2061a6ab13b863a00010000830150000102030405060708090a0b0c0d0e0f0058406d9ee9863ac49af4d41f83990e6feff4aa743bdf843a4a3fa68f5d900924942e75f0aaef4e9bd34f3d5cec484c1c49ff5020c79db7f947b2164f172692862c1a"`);
    expect(toHex(purse.refund)).toMatchInlineSnapshot(`"8458a9a201260d8449a201260444b3b21831a05855a40248e69a70ec4b9eb8d6041a6ab28d0008a101a4010220012158200114dd9cf02dc4b0a48a4e0eaab393e5abf39255f526b4cef7c16b2c44082e3322f53a0001000084016ce8a197e8a792e99da2e9a686189c0758408dcabf6bc7a47139a92cd86ff8794d96485b6a21b717dc6e2b1c6b72c92d45f2a1d4ac1b2c46cd21be7b3eec12e6ad9cd493b61fc7fa60fe9c30a551610213ada05838a40248a1a2a3a4a5a6a7a8061a6ab13b860748287f7f6cc6aea6cf3a00010000840250000102030405060708090a0b0c0d0e0f190352189c58406b4ca2d628386be3df248c6345ddcca9dd665a13bb2a9eeb621995e42dd9e97bdedaa03a6cc34ea8119a2693137891e1c0245934bee2123954747c871c7ce321"`);
    expect(toHex(await purse.voucherOf({}, cert, { stepUpBy: purse.byPasskey }))).toMatchInlineSnapshot(`"8458dea201260d8449a201260444e9abe1c6a0588aa60348e69a70ec4b9eb8d6041a6ab53000061a6ab13b440748a1a2a3a4a5a6a7a808a101a401022001215820215224f4af60c3990e3b0bd8947359ba2b4617e035557ae49bf6f530da417f6422f53a000100008801189c19c350194e2018281a000111ec1903e85821033986909dedb11c4f8a77c75954b318f45b09fcee5d6baa95b86aba72898c50245840bad88015eff816d2b3a59d47437f9ce150ff0e81f008652e2f266da24c5e6fb57336af9d6fbc62d4421c9b3867a9bc27f0b168cc44c0039f486da8409d454362a13a0001000184181d00005840f3058b9751ba4405889804725830c461f07f5ff4f2f2a357f17902b688f3943588e9cfb5e458b1358345c0975d9aefd1d1615465f5e4ac5c467c7ba6576282555842a40348e69a70ec4b9eb8d6061a6ab13b85182750357fab804c5a8a9a0a28c6a23614a95d3a00010000840119073a19073a5052fbaa581c9836ce5a4280bddc35cd4b5840d9eca2ec9706a14606fac5ea73d0df228c00664795a2c2eb3e11afdf27125cd3208f13e96c4a9e39b48d19ec95b24756cdc1531b044d0ec0d1b3bd696be4ebf3"`);
    const list = { ...purse.statusFields, bits: new Uint8Array([0b1000_0001, 0]) };
    expect(toHex(await signStatusList(list, (message) => made.statusIssuer.sign(message), unpacked))).toMatchInlineSnapshot(`"845826a301260444f740933310781a6170706c69636174696f6e2f7374617475736c6973742b637774a05842a402781d68747470733a2f2f7061792e6578616d706c652f76312f737461747573061a6ab13b6219fffda2636c73744281006462697473013a00010000820119032c5840ea88a456c8ee48ca0678003560de6b8e262b02a5e0c0edbdb8f33ae246711832d91882bfed95c1e1a9964e1225d512b451403299a03257c36573d2f08a2b3dd2"`);
  });
});
