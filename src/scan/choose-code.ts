/**
 * Chooses the QR symbol for a text. What decides on a phone is camera pixels per module: so the smallest version that holds
 * the text at level L, then the highest error correction that still fits that version.
 */
import { utf8 } from '#base/bytes.ts';
import { qrSegments } from '#protocol/qr-segments.ts';
import { create, type QRCode, type QRCodeErrorCorrectionLevel, type QRCodeOptions, type QRCodeSegment } from 'qrcode';

const STRONGEST_FIRST: readonly QRCodeErrorCorrectionLevel[] = ['H', 'Q', 'M', 'L'];

export type Code = {
  readonly version: number;
  readonly level: QRCodeErrorCorrectionLevel;
  /** Modules on a side, without the quiet zone. */
  readonly size: number;
  isDark(row: number, column: number): boolean;
};

/** Null when there is no text, or when it does not fit version 40. */
export function chooseCode(text: string): Code | null {
  if (text === '') return null;
  const data = qrSegments(text).map(({ mode, data: part }): QRCodeSegment => (mode === 'byte' ? { mode, data: utf8(part) } : { mode, data: part }));
  // With any mask: only its size is asked. The best mask, which is most of the work, is looked for in the symbol that is shown.
  const smallest = tryCreate(data, { errorCorrectionLevel: 'L', maskPattern: 0 });
  if (smallest === null) return null;
  for (const level of STRONGEST_FIRST) {
    const symbol = tryCreate(data, { errorCorrectionLevel: level, version: smallest.version });
    if (symbol !== null) {
      return { version: symbol.version, level, size: symbol.modules.size, isDark: (row, column) => symbol.modules.get(row, column) === 1 };
    }
  }
  return null;
}

/** The library throws when the text does not fit. */
function tryCreate(data: QRCodeSegment[], options: QRCodeOptions): QRCode | null {
  try {
    return create(data, options);
  } catch {
    return null;
  }
}
