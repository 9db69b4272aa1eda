// Every command that changes a stack is killed with SIGKILL at random moments and given again: the end must be the same
// as without the kill. Prints a table in Markdown. An hour for twenty moments on an idle machine.
// `build` needs a Docker engine.
//   sh bin/ready.sh node --import tsx test/slow/kill-commands.ts [moments] [commands, with commas] [seed] [process|compose]
import {composeFolder} from '../support/compose-stack.js';
import {killRounds} from '../support/kill-rounds.js';
import {killedBuild, killedCommands} from '../support/killed-commands.js';
import {stackFolder} from '../support/stack.js';

const [moments = '20', chosen = '', seed = '1', runtime = 'process'] = process.argv.slice(2);
const print = (text: string) => process.stdout.write(`${text}\n`);
const names = chosen.split(',').filter(Boolean);
const project = 'killed';
const flags = ['--model', 'all-MiniLM-L6-v2-int8', '--edition', 'community', '--project', project];

await using folder = runtime === 'compose' ? composeFolder(project) : stackFolder();
print('| command | whole, s | moments | killed | same end | not the same |');
print(`|${'---|'.repeat(6)}`);
let wrong = 0;
const inContainers = runtime === 'compose' ? {countsInEngine: {project}} : {};
const commands = [...killedCommands(flags).map((command) => ({...command, ...inContainers})), killedBuild];
for (const command of commands.filter(({name}) => names.length === 0 || names.includes(name))) {
  const {wholeMs, rounds} = await killRounds(folder, command, {
    moments: Number(moments),
    seed: Number(seed),
    onRound({victims, afterMs, problems}) {
      if (problems.length > 0)
        process.stderr.write(`${command.name}, ${victims}, ${afterMs} ms: ${problems.join('; ')}\n`);
    },
  });
  const bad = rounds.filter(({problems}) => problems.length > 0);
  const killed = rounds.filter(({tooLate}) => !tooLate).length;
  const where = bad.map(({victims, afterMs}) => `${victims} at ${afterMs} ms`).join(', ');
  wrong += bad.length;
  print(
    `| ${[command.name, (wholeMs / 1_000).toFixed(1), moments, killed, rounds.length - bad.length, where || '-'].join(' | ')} |`,
  );
}
process.exitCode = wrong === 0 ? 0 : 10;
