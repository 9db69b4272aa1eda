import type {FrontDoor, Service, Shape} from './plan-schema.js';
import {type Building, cacheService, edgeService, embedderService, modelService} from './services.js';

export interface Layout {
  /** In start order. */
  services: Service[];
  frontDoors: FrontDoor[];
}

/** One shape, one layout: which services, under which names, behind which doors. */
export const layouts: Record<Shape, (building: Building) => Layout> = {
  simple: (building) => {
    const {ports, modelsUrl} = building.topology.settings;
    const edge = edgeService(building, {
      names: ['embedding-service-1'],
      firstPort: ports.api,
      upstream: {service: 'ml-base'},
    });
    const models = modelService(building, {names: ['ml-base-1'], firstPort: ports.models});
    return {services: [...cacheService(building), ...(modelsUrl === undefined ? [models] : []), edge], frontDoors: []};
  },

  community: (building) => {
    const {ports, replicas, edgeReplicas, modelsUrl, portOffset} = building.topology.settings;
    const models = modelService(building, {names: numbered('ml-base', replicas), firstPort: ports.replicas});
    const edge = edgeService(building, {
      names: numbered('embedding-service', edgeReplicas),
      firstPort: ports.edges,
      upstream: {frontDoor: 'ml-base-lb'},
    });
    const modelDoor = {name: 'ml-base-lb', port: ports.models + portOffset, service: 'ml-base'};
    const apiDoor = {name: 'embedding-lb', port: ports.api + portOffset, service: 'embedding-service'};
    return modelsUrl === undefined
      ? {services: [...cacheService(building), models, edge], frontDoors: [modelDoor, apiDoor]}
      : {services: [...cacheService(building), edge], frontDoors: [apiDoor]};
  },

  enterprise: (building) => {
    const {ports, replicas, portOffset} = building.topology.settings;
    const embedders = embedderService(building, {names: numbered('embedder', replicas), firstPort: ports.replicas});
    const door = {name: 'embedder-ha', port: ports.api + portOffset, service: 'embedder'};
    return {services: [...cacheService(building), embedders], frontDoors: [door]};
  },

  // No hop: not to a second cache tier either.
  direct: (building) => {
    const {ports} = building.topology.settings;
    const embedder = embedderService(building, {names: ['embedder-1'], firstPort: ports.api});
    return {services: [{...embedder, cacheShard: null}], frontDoors: []};
  },
};

function numbered(name: string, count: number): [string, ...string[]] {
  return [`${name}-1`, ...Array.from({length: count - 1}, (_, index) => `${name}-${index + 2}`)];
}
