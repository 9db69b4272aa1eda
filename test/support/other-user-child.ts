import {type CliRun, sutraHere} from './cli-here.js';

// Becomes the user `nobody`, runs the commands that argv names, as JSON, one after another, and prints what came of them.
const {cwd, commands} = JSON.parse(process.argv[2] ?? '') as {cwd: string; commands: string[][]};
const nobody = 65_534;
process.setgroups?.([]);
process.setgid?.(nobody);
process.setuid?.(nobody);
const runs: CliRun[] = [];
for (const args of commands) runs.push(await sutraHere(args, {cwd, env: {HOME: cwd, SUTRA_RUNTIME: 'process'}}));
process.stdout.write(JSON.stringify(runs));
