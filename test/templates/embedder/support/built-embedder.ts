type LocalModelModule = typeof import('../../../../templates/embedder/src/inference/local-model.js');
type MetricsModule = typeof import('../../../../templates/embedder/src/metrics.js');

/** The compiled modules: a worker thread runs a file, and that file is the compiled one. */
export async function builtEmbedder(): Promise<LocalModelModule & MetricsModule> {
  const dist = new URL('../../../../templates/embedder/dist/', import.meta.url);
  const [localModel, metrics]: [LocalModelModule, MetricsModule] = await Promise.all([
    import(new URL('inference/local-model.js', dist).href),
    import(new URL('metrics.js', dist).href),
  ]);
  return {...localModel, ...metrics};
}
