import {type Check, passIf} from '../../check.js';

export const allAnswered: Check = {
  phase: 2,
  id: 'all-answered',
  unit: '% of requests',
  target: () => '= 100',
  async run(stack) {
    const {sent, answered, failures} = await stack.loadSample();
    const lost = Object.entries(failures).map(([what, count]) => `${count} x ${what}`);
    const reason = lost.length === 0 ? `${sent} requests, ten at a time` : lost.join('; ');
    return passIf(answered === sent, Number(((100 * answered) / sent).toFixed(2)), reason);
  },
};
