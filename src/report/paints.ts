/** How a terminal shows what matters. A pure room does not know whether there are colours: it is told. */
export type Paints = Record<'good' | 'bad' | 'unsure' | 'faint' | 'strong', (text: string) => string>;

const same = (text: string) => text;

export const plainPaints: Paints = {good: same, bad: same, unsure: same, faint: same, strong: same};
