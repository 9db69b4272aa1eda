/** English has about 4 bytes a token with its space; scripts of 3 bytes a character come to about one token each. */
export function estimatedTokens(text: string): number {
  return 2 + Math.ceil(Buffer.byteLength(text) / 4);
}
