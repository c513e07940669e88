import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toHex, utf8 } from '#base/bytes.ts';
import { fromBase32, toBase32 } from '#protocol/base32.ts';
import { fromBase45, toBase45 } from '#protocol/base45.ts';
import { decodeCbor, encodeCbor, type CborValue } from '#protocol/cbor.ts';
import { crc16 } from '#protocol/crc16.ts';
import { kidOf } from '#protocol/kid.ts';
import { compressPoint, decompressPoint } from '#protocol/p256-point.ts';
import { hash16, sha256 } from '#protocol/sha256.ts';
import { bytesOf, malleate, nodeVerifier, signDeterministic, testKey } from '../../fixtures/protocol-keys.ts';

describe('base45', () => {
  it.each([
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
  ])('RFC 9285: %s', (plain, text) => {
    expect(toBase45(utf8(plain))).toBe(text);
    expect(fromBase45(text)).toEqual(utf8(plain));
  });
  it.each(['GGW', '::', ':::', 'A', 'AAAA', 'bb8', 'A_A', '5 5\n', 'Ａ00', 'V5'])('refuses %j', (text) => {
    expect(fromBase45(text)).toBeNull();
  });
  it('takes the largest groups', () => {
    expect(fromBase45('FGW')).toEqual(bytesOf('ffff'));
    expect(fromBase45('U5')).toEqual(bytesOf('ff'));
  });
});

describe('base32', () => {
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('RFC 4648: %j', (plain, text) => {
    expect(toBase32(utf8(plain))).toBe(text);
    expect(fromBase32(text)).toEqual(utf8(plain));
  });
  it.each(['M', 'MZX', 'MZXW6Y', 'MZ', 'my', 'MY======', 'M0', 'M1', 'M8', 'MY\n'])('refuses %j', (text) => {
    expect(fromBase32(text)).toBeNull();
  });
});

describe('cbor', () => {
  const values: readonly [string, CborValue][] = [
    ['00', 0],
    ['1818', 24],
    ['1903e8', 1_000],
    ['1a000f4240', 1_000_000],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['1b001fffffffffffff', Number.MAX_SAFE_INTEGER],
    ['26', -7],
    ['3a00010000', -65_537],
    ['3b001ffffffffffffe', -Number.MAX_SAFE_INTEGER],
    ['f5', true],
    ['6161', 'a'],
    ['43010203', bytesOf('010203')],
    ['83010203', [1, 2, 3]],
    ['a40102200121022203', new Map([[1, 2], [-1, 1], [-2, 2], [-3, 3]])],
  ];
  it.each(values)('%s', (hex, value) => {
    expect(toHex(encodeCbor(value))).toBe(hex);
    expect(decodeCbor(bytesOf(hex))).toEqual(value);
  });

  it('sorts map keys by their bytes, whatever order they come in', () => {
    const map = new Map<number, CborValue>([[-65_537, 1], [39, 2], [-1, 3], [3, 4], [24, 5], [23, 6]]);
    expect(toHex(encodeCbor(map))).toBe('a60304170618180518270220033a0001000001');
  });

});

describe('cbor that is not ours', () => {
  it.each([
    ['an integer longer than it need be', '1800'],
    ['a two-byte integer that fits one', '190017'],
    ['an eight-byte integer that fits four', '1b00000000ffffffff'],
    ['a length longer than it need be', '5801ff'],
    ['an array length longer than it need be', '980101'],
    ['an integer above 2^53', '1b0020000000000000'],
    ['2^64-1', '1bffffffffffffffff'],
    ['an integer below -2^53', '3b001fffffffffffff'],
    ['an indefinite array', '9f01ff'],
    ['an indefinite map', 'bf0101ff'],
    ['indefinite bytes', '5f4101ff'],
    ['indefinite text', '7f6161ff'],
    ['a break alone', 'ff'],
    ['duplicate keys', 'a201010102'],
    ['keys out of order', 'a202010102'],
    ['a negative key before a positive one', 'a220010102'],
    ['a text key', 'a1616101'],
    ['a bytes key', 'a1410101'],
    ['half a float', 'f93c00'],
    ['a float of a whole number', 'fb3ff0000000000000'],
    ['minus zero', 'f98000'],
    ['NaN', 'f97e00'],
    ['infinity', 'f97c00'],
    ['a tag', 'c001'],
    ['the COSE_Sign1 tag', 'd28401020304'],
    ['a bignum', 'c249010000000000000000'],
    ['null', 'f6'],
    ['undefined', 'f7'],
    ['a simple value', 'f0'],
    ['a two-byte simple value', 'f820'],
    ['text that is not UTF-8', '62c328'],
    ['a lone surrogate', '63eda080'],
    ['trailing bytes', '0000'],
    ['nothing', ''],
    ['a truncated integer', '19'],
    ['truncated bytes', '430102'],
    ['a truncated array', '8301'],
    ['a length that lies', '5affffffff00'],
    ['an array that lies', '9b001fffffffffffff'],
    ['reserved additional information', '1c'],
  ])('refuses %s', (_what, hex) => {
    expect(decodeCbor(bytesOf(hex))).toBeNull();
  });

  it('bounds depth at 8 and stops a depth bomb', () => {
    expect(decodeCbor(bytesOf(`${'81'.repeat(8)}00`))).not.toBeNull();
    expect(decodeCbor(bytesOf(`${'81'.repeat(9)}00`))).toBeNull();
    expect(decodeCbor(bytesOf(`${'81'.repeat(4_095)}00`))).toBeNull();
    expect(decodeCbor(bytesOf(`${'a100'.repeat(2_000)}00`))).toBeNull();
  });
  it('bounds size', () => {
    expect(decodeCbor(encodeCbor(new Uint8Array(4_093)))).not.toBeNull();
    expect(decodeCbor(encodeCbor(new Uint8Array(4_094)))).toBeNull();
  });
  it('gives bytes that do not change with the input', () => {
    const input = bytesOf('43010203');
    const value = decodeCbor(input);
    input.fill(0);
    expect(value).toEqual(bytesOf('010203'));
  });
});

describe('hashes and ids', () => {
  it('agree with node:crypto', () => {
    for (const length of [0, 1, 55, 56, 64, 1_000]) {
      const bytes = new Uint8Array(randomBytes(length));
      const expected = createHash('sha256').update(bytes).digest('hex');
      expect(toHex(sha256(bytes))).toBe(expected);
      expect(toHex(hash16(bytes))).toBe(expected.slice(0, 32));
    }
  });
  it('a kid is the start of the key\'s hash', () => {
    const { publicKey } = testKey('issuer');
    expect(toHex(kidOf(publicKey))).toBe('b3b21831');
  });
  it('crc16 is CCITT-FALSE', () => {
    expect(crc16(utf8('123456789'))).toBe(0x29b1);
  });
});

describe('p256 points', () => {
  it('decompress and compress', () => {
    for (const label of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
      const { publicKey } = testKey(label);
      const point = decompressPoint(publicKey);
      expect(point && compressPoint(point.x, point.y)).toEqual(publicKey);
    }
  });
  it.each([
    ['x off the curve', `02${'00'.repeat(31)}01`],
    ['x above the field', `02${'ff'.repeat(32)}`],
    ['an uncompressed prefix', `04${'00'.repeat(32)}`],
    ['too short', '0200'],
    ['nothing', ''],
  ])('refuse %s', (_what, hex) => {
    expect(decompressPoint(bytesOf(hex))).toBeNull();
  });
  it('refuse a second name of the same x, above the field', () => {
    const field = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
    const named = (x: bigint) => decompressPoint(bytesOf(`02${x.toString(16).padStart(64, '0')}`));
    const small = [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n].filter((x) => named(x) !== null);
    expect(small.length).toBeGreaterThan(0);
    for (const x of small) expect(named(field + x)).toBeNull();
  });
  it('refuse coordinates off the curve', () => {
    const point = decompressPoint(testKey('a').publicKey);
    if (point === null) throw new Error('a test key is a point');
    expect(compressPoint(point.x, point.x)).toBeNull();
    expect(compressPoint(point.x, point.y.slice(1))).toBeNull();
  });
});

describe('the test signer', () => {
  it('RFC 6979 A.2.5, P-256 with SHA-256, message "sample"', () => {
    const secret = bytesOf('c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721');
    expect(toHex(signDeterministic(secret, utf8('sample')))).toBe(
      'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
    );
  });
  it('its signatures verify, malleated too, and no others', async () => {
    const key = testKey('a');
    const signature = await key.sign(utf8('hello'));
    expect(await nodeVerifier.verify(key.publicKey, utf8('hello'), signature)).toBe(true);
    expect(await nodeVerifier.verify(key.publicKey, utf8('hello'), malleate(signature))).toBe(true);
    expect(await nodeVerifier.verify(key.publicKey, utf8('hallo'), signature)).toBe(false);
  });
});
