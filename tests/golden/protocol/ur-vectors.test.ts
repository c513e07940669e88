/** The published test vectors of BC-UR: the generator, the sampler, bytewords, and the first twenty parts of a message. */
import { describe, expect, it } from 'vitest';
import { toHex, utf8 } from '#base/bytes.ts';
import { fromBytewords, toBytewords } from '#protocol/bytewords.ts';
import { crc32 } from '#protocol/crc32.ts';
import { drawInteger, samplerOf, xoshiro } from '#protocol/fountain.ts';
import { NO_PROGRESS, receiveUr, urEncoder } from '#protocol/ur.ts';

const wolf = xoshiro(utf8('Wolf'));
const message = new Uint8Array(256).map(() => drawInteger(wolf, 0, 255));

const PARTS = [
  'ur:bytes/1-9/lpadascfadaxcywenbpljkhdcahkadaemejtswhhylkepmykhhtsytsnoyoyaxaedsuttydmmhhpktpmsrjtdkgslpgh',
  'ur:bytes/2-9/lpaoascfadaxcywenbpljkhdcagwdpfnsboxgwlbaawzuefywkdplrsrjynbvygabwjldapfcsgmghhkhstlrdcxaefz',
  'ur:bytes/3-9/lpaxascfadaxcywenbpljkhdcahelbknlkuejnbadmssfhfrdpsbiegecpasvssovlgeykssjykklronvsjksopdzmol',
  'ur:bytes/4-9/lpaaascfadaxcywenbpljkhdcasotkhemthydawydtaxneurlkosgwcekonertkbrlwmplssjtammdplolsbrdzcrtas',
  'ur:bytes/5-9/lpahascfadaxcywenbpljkhdcatbbdfmssrkzmcwnezelennjpfzbgmuktrhtejscktelgfpdlrkfyfwdajldejokbwf',
  'ur:bytes/6-9/lpamascfadaxcywenbpljkhdcackjlhkhybssklbwefectpfnbbectrljectpavyrolkzczcpkmwidmwoxkilghdsowp',
  'ur:bytes/7-9/lpatascfadaxcywenbpljkhdcavszmwnjkwtclrtvaynhpahrtoxmwvwatmedibkaegdosftvandiodagdhthtrlnnhy',
  'ur:bytes/8-9/lpayascfadaxcywenbpljkhdcadmsponkkbbhgsoltjntegepmttmoonftnbuoiyrehfrtsabzsttorodklubbuyaetk',
  'ur:bytes/9-9/lpasascfadaxcywenbpljkhdcajskecpmdckihdyhphfotjojtfmlnwmadspaxrkytbztpbauotbgtgtaeaevtgavtny',
  'ur:bytes/10-9/lpbkascfadaxcywenbpljkhdcahkadaemejtswhhylkepmykhhtsytsnoyoyaxaedsuttydmmhhpktpmsrjtwdkiplzs',
  'ur:bytes/11-9/lpbdascfadaxcywenbpljkhdcahelbknlkuejnbadmssfhfrdpsbiegecpasvssovlgeykssjykklronvsjkvetiiapk',
  'ur:bytes/12-9/lpbnascfadaxcywenbpljkhdcarllaluzmdmgstospeyiefmwejlwtpedamktksrvlcygmzemovovllarodtmtbnptrs',
  'ur:bytes/13-9/lpbtascfadaxcywenbpljkhdcamtkgtpknghchchyketwsvwgwfdhpgmgtylctotzopdrpayoschcmhplffziachrfgd',
  'ur:bytes/14-9/lpbaascfadaxcywenbpljkhdcapazewnvonnvdnsbyleynwtnsjkjndeoldydkbkdslgjkbbkortbelomueekgvstegt',
  'ur:bytes/15-9/lpbsascfadaxcywenbpljkhdcaynmhpddpzmversbdqdfyrehnqzlugmjzmnmtwmrouohtstgsbsahpawkditkckynwt',
  'ur:bytes/16-9/lpbeascfadaxcywenbpljkhdcawygekobamwtlihsnpalnsghenskkiynthdzotsimtojetprsttmukirlrsbtamjtpd',
  'ur:bytes/17-9/lpbyascfadaxcywenbpljkhdcamklgftaxykpewyrtqzhydntpnytyisincxmhtbceaykolduortotiaiaiafhiaoyce',
  'ur:bytes/18-9/lpbgascfadaxcywenbpljkhdcahkadaemejtswhhylkepmykhhtsytsnoyoyaxaedsuttydmmhhpktpmsrjtntwkbkwy',
  'ur:bytes/19-9/lpbwascfadaxcywenbpljkhdcadekicpaajootjzpsdrbalpeywllbdsnbinaerkurspbncxgslgftvtsrjtksplcpeo',
  'ur:bytes/20-9/lpbbascfadaxcywenbpljkhdcayapmrleeleaxpasfrtrdkncffwjyjzgyetdmlewtkpktgllepfrltataztksmhkbot',
];

describe('BC-UR', () => {
  it('draws the published numbers', () => {
    const draw = xoshiro(utf8('Wolf'));
    const numbers = Array.from({ length: 40 }, () => drawInteger(draw, 1, 10));
    expect(numbers).toEqual([6, 5, 8, 4, 10, 5, 7, 10, 4, 9, 10, 9, 7, 7, 1, 1, 2, 9, 9, 2, 6, 4, 5, 7, 8, 5, 4, 2, 3, 8, 7, 4, 5, 1, 10, 9, 3, 10, 2, 6]);
    expect(toHex(message.slice(0, 29))).toBe('916ec65cf77cadf55cd7f9cda1a1030026ddd42e905b77adc36e4f2d3c');
  });
  it('samples the published degrees', () => {
    const draw = xoshiro(utf8('Wolf'));
    const sample = samplerOf([1, 1 / 2, 1 / 3, 1 / 4]);
    const samples = Array.from({ length: 40 }, () => sample(draw));
    expect(samples).toEqual([2, 3, 0, 0, 1, 0, 2, 0, 0, 3, 2, 1, 3, 1, 0, 2, 1, 0, 1, 0, 3, 0, 1, 1, 2, 1, 1, 3, 1, 0, 1, 0, 0, 0, 1, 0, 0, 3, 0, 1]);
  });
  it('has the published checksums and words', () => {
    expect(crc32(utf8('Hello, world!'))).toBe(0xebe6c6e6);
    expect(crc32(utf8('Wolf'))).toBe(0x598c84dc);
    expect(toBytewords(new Uint8Array([0, 1, 2, 128, 255]))).toBe('aeadaolazmjendeoti');
    expect(fromBytewords('aeadaolazmjendeoti')).toEqual(new Uint8Array([0, 1, 2, 128, 255]));
    expect(fromBytewords('aeadaolazmjendeowf')).toBe(null);
  });
  it('makes the published parts, and reads the message from them, also when one is lost', () => {
    const { seqLen, part } = urEncoder(message, 30);
    expect(seqLen).toBe(9);
    expect(PARTS.map((_, index) => part(index + 1))).toEqual(PARTS.map((text) => text.toUpperCase()));
    for (const order of [PARTS, PARTS.toReversed(), PARTS.filter((_, index) => index !== 3)]) {
      let progress = NO_PROGRESS;
      let read: unknown = null;
      for (const text of order) {
        const answer = receiveUr(progress, text);
        if (answer.kind === 'more') progress = answer.progress;
        else if (read === null) read = answer;
      }
      expect(read).toEqual({ kind: 'done', message });
    }
  });
  it('makes the published single part', () => {
    const draw = xoshiro(utf8('Wolf'));
    const short = new Uint8Array(50).map(() => drawInteger(draw, 0, 255));
    const text = 'ur:bytes/hdeymejtswhhylkepmykhhtsytsnoyoyaxaedsuttydmmhhpktpmsrjtgwdpfnsboxgwlbaawzuefywkdplrsrjynbvygabwjldapfcsdwkbrkch';
    expect(urEncoder(short).part(1)).toBe(text.toUpperCase());
    expect(receiveUr(NO_PROGRESS, text)).toEqual({ kind: 'done', message: short });
  });
});
