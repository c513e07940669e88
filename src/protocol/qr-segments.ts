/** How a text is cut into QR segments, so that the code is as small as it can be. Plain data: the drawing is scan's. */
export type QrSegment = { readonly mode: 'byte' | 'alphanumeric'; readonly data: string };

const ALPHANUMERIC = /^[0-9A-Z $%*+\-./:]+$/u;

/** A link: host in byte mode, fragment alphanumeric. Anything else in one piece. */
export function qrSegments(text: string): readonly QrSegment[] {
  if (ALPHANUMERIC.test(text)) return [{ mode: 'alphanumeric', data: text }];
  const cut = text.indexOf('#') + 1;
  const fragment = text.slice(cut);
  if (cut === 0 || !ALPHANUMERIC.test(fragment)) return [{ mode: 'byte', data: text }];
  return [
    { mode: 'byte', data: text.slice(0, cut) },
    { mode: 'alphanumeric', data: fragment },
  ];
}
