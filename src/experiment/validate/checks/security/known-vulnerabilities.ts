import {npmAudit} from '../../../../system/http/npm-audit.js';
import {type Check, passIf} from '../../check.js';

/** Known vulnerabilities of the packages that the services run with; unknown where npm's audit service is unreachable. */
export const knownVulnerabilities: Check = {
  phase: 'security',
  id: 'known-vulnerabilities',
  unit: 'high or critical',
  target: () => '= 0',
  unknownDecides: false,
  async run({lockfileFolder, system: {signal}}) {
    const {counts, packages} = await npmAudit(lockfileFolder, signal);
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const severe = counts.high + counts.critical;
    if (all === 0) return passIf(true, 0, "npm audit reports no vulnerability in the services' packages");
    return passIf(severe === 0, severe, `npm audit: ${packages.join(', ')}`);
  },
};
