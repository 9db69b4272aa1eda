const hidden = '…';

/**
 * A URL as it is printed and kept: without what may be a secret, which is left out visibly.
 * `https://…@host/path?token=…&…#…`
 */
export function shownUrl(url: string | URL): string {
  const {protocol, username, password, host, pathname, search, hash} = new URL(url);
  const user = username === '' && password === '' ? '' : `${hidden}@`;
  return `${protocol}//${user}${host}${pathname}${search === '' ? '' : `?${shownQuery(search)}`}${hash === '' ? '' : `#${hidden}`}`;
}

/** The same of text that need not be a URL: all after the first question mark or hash may be a secret, all before an @ too. */
export function shownAddress(text: string): string {
  return text.replace(/([?#]).*$/s, `$1${hidden}`).replace(/^(.*\/\/|)[^/]*@/s, `$1${hidden}@`);
}

/** Names stay. What has none is a value. */
function shownQuery(search: string): string {
  const parts = search.slice(1).split('&');
  return parts.map((part) => (part.includes('=') ? `${part.slice(0, part.indexOf('='))}=${hidden}` : hidden)).join('&');
}

/** Nothing in it would be left out. */
export function hasNoSecret(url: string): boolean {
  return URL.canParse(url) && shownUrl(url) === new URL(url).href;
}
