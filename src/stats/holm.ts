/**
 * Holm's step-down correction (1979): p-values of one family, in their order, raised so that comparing each with alpha keeps
 * the chance of any false alarm in the family at alpha. Valid under any dependence between them.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({p, index})).sort((x, y) => x.p - y.p);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  order.forEach(({p, index}, rank) => {
    largest = Math.max(largest, Math.min(1, p * (order.length - rank)));
    adjusted[index] = largest;
  });
  return adjusted;
}
