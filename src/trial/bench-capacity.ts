import {configDigest} from '../decision/evidence.js';
import type {Threshold} from '../decision/threshold.js';
import {capacityFindings, capacitySeries, capacityText} from '../experiment/bench/capacity-findings.js';
import type {CapacityReport} from '../experiment/bench/capacity-report.js';
import {identityOf} from '../experiment/bench/identity-of-plan.js';
import {withHitRate} from '../experiment/bench/stack-figures.js';
import {type Capacity, type CapacityOptions, findCapacity} from '../experiment/load/find-capacity.js';
import type {LoadRequest} from '../experiment/load/request/load-request.js';
import {parseUrl} from '../experiment/load/request/parse-load.js';
import {capacityAnswer} from '../report/bench/capacity-text.js';
import {identityFacts} from '../report/bench/stack-identity-text.js';
import {htmlReport} from '../report/html/html-report.js';
import {requireDeployedPlan} from '../stack/plans/deployed-plan.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import {recordEvidence} from './evidence-folder.js';
import {keepReport, reportFacts, withOwnDeadline} from './keep-report.js';
import type {LoadWatch} from './watch-load.js';

interface AskedCapacity extends Pick<CapacityOptions, 'search' | 'thresholds' | 'trialMs'> {
  request: Omit<LoadRequest, 'url'>;
  /** Undefined: the deployed stack. */
  url: string | undefined;
  /** Write the page there too. */
  html: string | undefined;
}

interface CapacityWatch extends Omit<LoadWatch, 'tell'> {
  onTrialEnd: NonNullable<CapacityOptions['onTrialEnd']>;
}

type Kept = Pick<CapacityReport, 'evidence' | 'report'>;

/**
 * The highest rate that the deployed stack, or `url`, keeps the thresholds at, with its evidence and page kept. An interrupt
 * ends it with what was tried. Throws NO_STACK.
 */
export async function benchCapacity(
  system: System,
  {request, url: asked, html, ...options}: AskedCapacity,
  watch: CapacityWatch,
): Promise<{capacity: Capacity; kept: Kept}> {
  const plan = asked === undefined ? await requireDeployedPlan(system) : null;
  const url = plan === null ? parseUrl(asked ?? '') : new URL('/embed', plan.urls.api);
  const capacity = await findCapacity(
    {...request, url},
    {
      ...options,
      signal: system.signal,
      watched: watched(system, plan),
      onLook: () => watch.begin('Estimating a starting rate (2 s)'),
      onTrial: (rate, confirms) => watch.begin(`${rate}/s${confirms ? ', once more' : ''}`),
      onSecond: watch.second,
      onTrialEnd: watch.onTrialEnd,
    },
  );
  if (capacity.trials.length === 0) return {capacity, kept: {}};
  const lasting = withOwnDeadline(system);
  return {capacity, kept: await keep(lasting, {capacity, thresholds: options.thresholds, plan, html})};
}

function watched(system: System, plan: Plan | null): CapacityOptions['watched'] {
  if (plan === null) return async (run) => [await run(), {kind: 'missing', reason: 'not a stack of this folder'}];
  return async (run) => {
    const [result, share] = await withHitRate({plan, system}, run);
    return [result, typeof share === 'number' ? {kind: 'exact', value: share} : {kind: 'missing', reason: share}];
  };
}

interface Found {
  capacity: Capacity;
  thresholds: readonly Threshold[];
  plan: Plan | null;
  html: string | undefined;
}

async function keep(system: System, {capacity, thresholds, plan, html}: Found): Promise<Kept> {
  const {verdict, capacityPerSecond, fromCache, trials} = capacity;
  const stack = plan === null ? null : identityOf(plan);
  const of = plan === null || stack === null ? null : {thresholds, configDigest: configDigest(plan), stack};
  const evidence =
    plan === null || of === null ? undefined : await recordEvidence(system, plan, capacityFindings(capacity, of));
  const facts = await reportFacts(system, capacityText(capacity, thresholds));
  const page = htmlReport({
    title: `capacity of ${trials[0]?.run.target}`,
    verdict,
    reason: `${capacityAnswer(capacityPerSecond, fromCache)}: ${capacity.reason}`,
    facts: stack === null ? facts : [...identityFacts(stack), ...facts],
    thresholds: trials.findLast(({ratePerSecond}) => ratePerSecond === capacityPerSecond)?.thresholds ?? [],
    series: capacitySeries(capacity),
    matrix: null,
    claims: [],
  });
  const report = keepReport(page, {evidence, asked: html});
  return {...(evidence === undefined ? {} : {evidence}), ...(report === undefined ? {} : {report})};
}
