import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {z} from 'zod';
import {dumpedPage} from './chromium.js';

const layoutSchema = z.strictObject({
  /** Colour of the page's ground. */
  paper: z.string(),
  /** Elements that are wider than the room they have, the page itself included. */
  wide: z.array(z.string()),
  /** Where the cells asked for are, in pixels of the page. */
  cells: z.array(z.strictObject({text: z.string(), left: z.number(), right: z.number(), height: z.number()})),
  /** Pixels of the smallest letters of a plot that is shown. */
  smallestText: z.number(),
});
export type Layout = z.infer<typeof layoutSchema>;

/**
 * How headless Chromium lays out a page in a frame of that width, as no window is so narrow. `cells` is the title of
 * the column whose cells to find. The page may forbid scripts: the frame around it looks.
 */
export async function layoutOf(
  html: string,
  {width, dark, cells}: {width: number; dark: boolean; cells: string},
): Promise<Layout> {
  const folder = await mkdtemp(join(tmpdir(), 'sutra-layout-'));
  const path = join(folder, 'frame.html');
  try {
    await writeFile(path, frame(html, width, cells));
    const json = /<pre id="seen">(.*?)<\/pre>/s.exec(await dumpedPage(path, {dark}))?.[1];
    if (json === undefined) throw new Error('the frame did not say what it saw');
    return layoutSchema.parse(
      JSON.parse(json.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')),
    );
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
}

function frame(html: string, width: number, cells: string): string {
  const page = html.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<iframe style="width: ${width}px; height: 800px; border: 0" srcdoc="${page}" onload="look(this)"></iframe>
<script>
function look({contentDocument: page, contentWindow: view}) {
  const shown = (element) => element.getClientRects().length > 0;
  const root = page.documentElement;
  const boxes = [root, ...page.body.querySelectorAll('*:not(svg *):not(.unseen):not(thead):not(thead *)')].filter(shown);
  const tooWide = (box) => box.scrollWidth > box.clientWidth + 1 && view.getComputedStyle(box).display !== 'inline';
  const outside = (box) => box.getBoundingClientRect().right > root.clientWidth + 1;
  const wide = boxes.filter((box) => tooWide(box) || outside(box));
  const cells = [...page.querySelectorAll('td[data-label^="${cells},"]')];
  const letters = [...page.querySelectorAll('svg text')].filter(shown);
  const seen = {
    paper: view.getComputedStyle(page.body).backgroundColor,
    wide: wide.map((box) => box.tagName + '.' + box.className + ' ' + box.scrollWidth + ' in ' + box.clientWidth),
    cells: cells.map((cell) => {
      const {left, right, height} = cell.getBoundingClientRect();
      return {text: cell.textContent, left, right, height};
    }),
    smallestText: Math.min(...letters.map((each) => 13 * each.ownerSVGElement.getBoundingClientRect().width / each.ownerSVGElement.viewBox.baseVal.width)),
  };
  const text = document.createElement('pre');
  text.id = 'seen';
  text.textContent = JSON.stringify(seen);
  document.body.append(text);
}
</script>`;
}
