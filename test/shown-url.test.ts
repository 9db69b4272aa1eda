import {describe, expect, it} from 'vitest';
import {hasNoSecret, shownAddress, shownUrl} from '../src/shown-url.js';

describe('an address as it is printed and kept', () => {
  it.each([
    ['http://127.0.0.1:8888/embed', 'http://127.0.0.1:8888/embed'],
    ['https://h/v1?token=secret', 'https://h/v1?token=…'],
    ['https://h/v1?a=secret&secret&b=', 'https://h/v1?a=…&…&b=…'],
    ['https://user:secret@h/v1#secret', 'https://…@h/v1#…'],
    ['https://secret@h/', 'https://…@h/'],
  ])('%s', (url, shown) => {
    expect(shownUrl(url)).toBe(shown);
    expect(hasNoSecret(url)).toBe(!url.includes('secret'));
  });

  it.each([
    ['htp://h?token=secret', 'htp://h?…'],
    ['user:secret@h:80', '…@h:80'],
    ['//user:secret@h/x', '//…@h/x'],
    ['not an address', 'not an address'],
  ])('%s, which is none', (text, shown) => {
    expect(shownAddress(text)).toBe(shown);
  });
});
