import type {Settings} from './settings.js';

/**
 * The settings of a stack as a layer below others: without what only makes sense with what those others replace. Another
 * edition or topology has replicas of its own, another model its own width and window.
 */
export function settingsUnder(settings: Settings, above: readonly Settings[]): Settings {
  const {edition, topology, replicas, edgeReplicas, dimension, maxTokens, ...rest} = settings;
  const isOther = (name: 'edition' | 'topology' | 'model') => {
    const named = above.findLast((layer) => layer[name] !== undefined)?.[name];
    return named !== undefined && named !== settings[name];
  };
  const shape = isOther('edition') || isOther('topology') ? {} : {edition, topology, replicas, edgeReplicas};
  const width = isOther('model') ? {} : {dimension, maxTokens};
  return defined({...rest, ...shape, ...width});
}

function defined(settings: {[Name in keyof Settings]: Settings[Name] | undefined}): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
