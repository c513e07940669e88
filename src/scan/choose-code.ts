/**
 * Chooses the QR symbol for a text. What decides on a phone is camera pixels per module: so the smallest version that holds
 * the text at level L, then the highest error correction that still fits that version.
 */
import { utf8 } from '#base/bytes.ts';
import { qrSegments } from '#protocol/qr-segments.ts';
import { create, type QRCodeErrorCorrectionLevel, type QRCodeSegment } from 'qrcode';

const STRONGER = ['H', 'Q', 'M'] as const;

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
  const smallest = tryCreate(data, 'L');
  return smallest === null ? null : (stronger(data, smallest.version) ?? smallest);
}

/** What does not fit is told at once, so that a voucher, which somebody waits for, is made once only. */
function stronger(data: QRCodeSegment[], version: number): Code | null {
  for (const level of STRONGER) {
    const code = tryCreate(data, level, version);
    if (code !== null) return code;
  }
  return null;
}

/** Without `version`: the smallest that it fits. The library throws when it does not. */
function tryCreate(data: QRCodeSegment[], level: QRCodeErrorCorrectionLevel, version?: number): Code | null {
  try {
    const { modules, version: made } = create(data, { errorCorrectionLevel: level, ...(version === undefined ? {} : { version }) });
    return { version: made, level, size: modules.size, isDark: (row, column) => modules.get(row, column) === 1 };
  } catch {
    return null;
  }
}
