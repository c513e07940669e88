/** What the page and the decoder worker say to each other. One frame at a time; the pixels are moved, not copied. */
export type DecodeRequest = {
  readonly id: number;
  readonly width: number;
  readonly height: number;
  /** RGBA, row by row. */
  readonly pixels: ArrayBuffer;
};

export type DecodeReply = {
  readonly id: number;
  /** `none`: a frame without a code. `failed`: the engine itself did not run. */
  readonly found: { readonly kind: 'text'; readonly text: string } | { readonly kind: 'none' } | { readonly kind: 'failed'; readonly why: string };
};
