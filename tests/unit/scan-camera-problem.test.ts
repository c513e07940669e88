import { expect, test } from 'vitest';
import { cameraProblem } from '#scan/camera-problem.ts';

/** html5-qrcode 2.3.8 wraps what getUserMedia threw into this sentence. */
const wrapped = (name: string, message: string) => `Error getting userMedia, error = ${name}: ${message}`;

test.each([
  [wrapped('NotAllowedError', 'Permission denied'), 'CAMERA_DENIED'],
  [wrapped('SecurityError', 'Only secure origins'), 'CAMERA_DENIED'],
  [wrapped('NotFoundError', 'Requested device not found'), 'CAMERA_ABSENT'],
  [wrapped('OverconstrainedError', ''), 'CAMERA_ABSENT'],
  ['Camera streaming not supported by the browser.', 'CAMERA_ABSENT'],
  [wrapped('NotReadableError', 'Could not start video source'), 'CAMERA_BUSY'],
  [wrapped('AbortError', 'Starting videoinput failed'), 'CAMERA_BUSY'],
  [new DOMException('x', 'NotAllowedError'), 'CAMERA_DENIED'],
])('%s is %s', (error, problem) => {
  expect(cameraProblem(error)).toBe(problem);
});
