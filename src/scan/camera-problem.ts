/** Names what a camera failed with. html5-qrcode rejects with a sentence that holds the DOMException's name. */
import type { DeviceError } from '#protocol/errors.ts';

export type ScanProblem = Extract<
  DeviceError,
  'CAMERA_DENIED' | 'CAMERA_ABSENT' | 'CAMERA_BUSY' | 'CAMERA_LOST' | 'PICTURE_NO_CODE' | 'PICTURE_TOO_LARGE' | 'BROWSER_UNSUPPORTED'
>;

const DENIED = /NotAllowedError|SecurityError|PermissionDenied/;
const ABSENT = /NotFoundError|OverconstrainedError|DevicesNotFound|not supported/;

/** Anything else means that the camera is there but does not come: another app holds it. */
export function cameraProblem(error: unknown): ScanProblem {
  const text = String(error);
  if (DENIED.test(text)) return 'CAMERA_DENIED';
  if (ABSENT.test(text)) return 'CAMERA_ABSENT';
  return 'CAMERA_BUSY';
}
