/** Words of the camera screen. */
import type { zhScan } from '../zh/scan.ts';

export const enScan = {
  title: 'Scan',
  hint: 'Put the shop’s code inside the frame. Its receipts and refund slips too.',
  starting: 'Opening the camera…',
  torchOn: 'Light on',
  torchOff: 'Light off',
  switchCamera: 'Other camera',
  picture: 'Picture',
  paste: 'Paste',
  type: 'Type a link',
  pictureReading: 'Looking for a code in the picture…',
  tryAgain: 'Open the camera again',
  otherWays: 'You can pay without a camera: choose a picture, or paste the charge link the shop sent you.',
  howToAllow: "Allow the camera in the site settings, beside the browser's address bar.",
  typeTitle: 'Paste or type a charge link',
  typeLabel: 'Charge link',
  typeHint: 'The shop sent it to you; it starts with https://',
  typeGo: 'Read it',
  pasteEmpty: 'There is no text on the clipboard',
  pasteDenied: 'The browser does not let us read the clipboard: press and hold the field to paste',
  scanNext: 'Scan on',
  foreignText: 'The code says',
  neverOpened: 'We only show it. We never open it.',
} satisfies typeof zhScan;
