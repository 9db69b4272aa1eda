/** Several sources as one, each item as it comes. Ends when all have. */
export async function* merge<T>(sources: AsyncIterable<T>[]): AsyncIterable<T> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const waiting = new Map(iterators.map((iterator) => [iterator, next(iterator)]));
  while (waiting.size > 0) {
    const {iterator, result} = await Promise.race(waiting.values());
    if (result.done === true) {
      waiting.delete(iterator);
    } else {
      waiting.set(iterator, next(iterator));
      yield result.value;
    }
  }
}

async function next<T>(iterator: AsyncIterator<T>) {
  return {iterator, result: await iterator.next()};
}
