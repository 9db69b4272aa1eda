import type {LoadBalancer} from '../../topology/plan-schema.js';
import {limitConnections, type Share} from './connections.js';
import {bindLine, type HaproxySite} from './site.js';

export function renderStats({statsPort}: LoadBalancer, {bindAddress}: HaproxySite, share: Share): string {
  return `# Statistics to look at: page /stats, data /stats;csv, Prometheus /metrics. Read-only.
frontend stats
    ${bindLine(bindAddress('stats'), statsPort)}
${limitConnections(share)}    timeout client 10s
    timeout http-keep-alive 5s
    http-request return status 405 content-type text/plain string 'read-only' unless METH_GET or { method HEAD }
    http-request use-service prometheus-exporter if { path /metrics }
    stats enable
    stats uri /stats
    stats refresh 5s
    stats show-legends
    stats hide-version
`;
}
