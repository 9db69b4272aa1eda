import {everydayTopics} from './everyday-topics.js';
import {technicalTopics} from './technical-topics.js';
import type {Topic} from './topic.js';

/**
 * What quality is measured on: ten topics of four trios, 120 sentences. Each of the twelve is about its topic, so that the
 * ten nearest of a sentence have a topic to be found in. Another text here is another measure.
 */
export const topics: readonly Topic[] = [...everydayTopics, ...technicalTopics];
