import {defaults} from './editions.js';

/** The first stack of a host has the plain names that the documents use; others carry their project's. */
export function containerName(project: string, instance: string): string {
  return project === defaults.project ? instance : `${project}-${instance}`;
}
