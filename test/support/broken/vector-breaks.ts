import {setTimeout as sleep} from 'node:timers/promises';
import {unitPrefix} from '../../../src/stats/vectors.js';
import {numbersOf} from '../embed-server.js';
import {type Break, changed, reachedAt, tampered} from './break.js';
import {withVectors} from './tampering-proxy.js';

/** The check allows a second. */
const tooSlowMs = 1_050;

const first = 'embedding-service-1';

/** What can be wrong with an API and its vectors. */
export const vectorBreaks: Break[] = [
  {
    what: 'nobody answers at the API',
    fails: ['api-ready', 'cache-shard'],
    apply: (stack) => Promise.resolve(reachedAt(stack, {api: 'http://127.0.0.1:1'})),
  },
  {
    what: 'the models are loading',
    fails: ['api-ready'],
    apply: (stack, healing) =>
      tampered(stack, healing, {
        before: 'api',
        with: async ({path, forward}) => ({...(await forward()), ...(path === '/ready' ? {status: 503} : {})}),
      }),
  },
  {
    what: 'a replica serves another dimension by default',
    fails: ['dimension-served', 'dimension-agreed'],
    async apply(stack, healing) {
      await changed(stack, healing, {name: first, env: {MATRYOSHKA_DIM: '384'}});
      return reachedAt(stack, {api: stack.files.specs.find(({name}) => name === first)?.url ?? ''});
    },
  },
  {
    what: 'a dimension that the model lacks is answered with the nearest',
    fails: ['dimension-refused'],
    apply: (stack, healing) =>
      tampered(stack, healing, {
        before: 'api',
        with: ({body, forward}) => forward(body.replace('"dimension":100', '"dimension":128')),
      }),
  },
  {
    what: 'a shorter vector is the end of the longer one',
    fails: ['matryoshka-prefix', 'cache-dimensions'],
    apply: (stack, healing) =>
      tampered(stack, healing, {
        before: 'api',
        with: withVectors((vector, {asked}) => (asked.dimension === 128 ? vector.toReversed() : vector)),
      }),
  },
  {
    what: 'vectors are not normalised',
    fails: ['matryoshka-prefix', 'unit-norm', 'cache-dimensions'],
    apply: (stack, healing) =>
      tampered(stack, healing, {before: 'api', with: withVectors((vector) => vector.map((value) => 2 * value))}),
  },
  {
    what: 'vectors have nothing to do with the meaning of their texts',
    fails: ['paraphrases'],
    apply: (stack, healing) =>
      tampered(stack, healing, {
        before: 'api',
        with: withVectors((vector, {text}) => unitPrefix(numbersOf(text, 384), vector.length)),
      }),
  },
  {
    what: 'a vector depends on its place in the batch',
    fails: ['batch-invariance'],
    apply: (stack, healing) =>
      tampered(stack, healing, {
        before: 'loadBalancer',
        with: withVectors((vector, {index}) => (index === 0 ? vector : vector.toReversed())),
      }),
  },
  {
    what: 'a new text takes more than a second',
    fails: ['latency'],
    apply: (stack, healing) =>
      tampered(stack, healing, {
        before: 'api',
        async with({body, forward}) {
          if (body.includes('of a new text')) await sleep(tooSlowMs);
          return await forward();
        },
      }),
  },
];
