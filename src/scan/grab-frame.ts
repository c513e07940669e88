/** Pixels out of a video, a canvas or a bitmap: the whole picture at its own size, not at the size it is shown. */

/** A camera that ignores our wish for 1280x720 must not cost a second a frame. */
const FRAME_MAX_SIDE = 1_920;

export type FrameGrabber = (source: HTMLVideoElement | HTMLCanvasElement | ImageBitmap, maxSide?: number) => ImageData | null;

/** Keeps one canvas for all frames. Null while the source has no picture yet. */
export function createFrameGrabber(): FrameGrabber {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return (source, maxSide = FRAME_MAX_SIDE) => {
    const [width, height] = sizeOf(source);
    if (!context || width === 0 || height === 0) return null;
    const scale = Math.min(1, maxSide / Math.max(width, height));
    const target = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
    if (canvas.width !== target.width || canvas.height !== target.height) Object.assign(canvas, target);
    // A transparent picture would read as black on black.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, target.width, target.height);
    context.drawImage(source, 0, 0, target.width, target.height);
    return context.getImageData(0, 0, target.width, target.height);
  };
}

function sizeOf(source: HTMLVideoElement | HTMLCanvasElement | ImageBitmap): readonly [number, number] {
  return source instanceof HTMLVideoElement ? [source.videoWidth, source.videoHeight] : [source.width, source.height];
}
