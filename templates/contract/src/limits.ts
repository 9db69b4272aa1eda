/** Technical limits. They hold in every edition; quotas are something else. */
export const limits = {
  textsPerRequest: 256,
  /** 192 KiB: HAProxy buffers a whole body so that it can send it again, and this leaves room for the headers. */
  bodyBytes: 192 * 1024,
} as const;
