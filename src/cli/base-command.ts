import {Command, Errors, Flags, type Interfaces} from '@oclif/core';
import type {Verdict} from '../decision/verdict.js';
import {failures, verdictExit} from '../errors.js';
import {printableJson, toTerminal} from '../printable.js';
import {wrapped} from '../report/wrap.js';
import {requireFolder} from '../system/folders/require-path.js';
import {nodeSystem} from '../system/node-system.js';
import {actAsOwner} from '../system/process/act-as-owner.js';
import type {System} from '../system/system.js';
import {columns} from './columns.js';
import type {Consent} from './confirm.js';
import {describeFailure, type Failure} from './failure.js';
import {failureText} from './failure-text.js';

type ParsedFlags<T extends typeof Command> = Interfaces.InferredFlags<(typeof BaseCommand)['baseFlags'] & T['flags']>;
type ParsedArgs<T extends typeof Command> = Interfaces.InferredArgs<T['args']>;

/**
 * What every command shares: parsed flags, a System that ends with Ctrl-C, one way to fail and one way to give a
 * verdict. What `run` returns is the command's `--json`.
 */
export abstract class BaseCommand<T extends typeof Command> extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = {
    // Replaces the parser's own, whose text is written in another style.
    json: Flags.boolean({description: 'print the result as JSON', helpGroup: 'GLOBAL'}),
    folder: Flags.directory({
      description: 'folder whose .sutra/ holds the stack; the current folder unless set',
      default: '.',
      helpGroup: 'GLOBAL',
      noCacheDefault: true,
    }),
  };

  /** Whether the command reads or changes what is in `.sutra/`. */
  protected static usesStack = true;

  protected flags!: ParsedFlags<T>;
  protected args!: ParsedArgs<T>;
  /** All that is no flag, in order: for commands that take any number of them. */
  protected words!: string[];
  protected system!: System;
  /** Under `--json`, each value on a line of its own: for commands that have no end to wait for. */
  protected jsonLines = false;

  override async init(): Promise<void> {
    await super.init();
    const {flags, args, argv} = await this.parse({
      flags: this.ctor.flags,
      baseFlags: (this.ctor as typeof BaseCommand).baseFlags,
      args: typedAlone(this.ctor.args),
      enableJsonFlag: this.ctor.enableJsonFlag,
      strict: this.ctor.strict,
    });
    this.flags = flags as ParsedFlags<T>;
    this.args = args as ParsedArgs<T>;
    this.words = argv.map(String);
    requireFolder(flags.folder);
    if ((this.ctor as typeof BaseCommand).usesStack) this.becomeOwner(flags.folder);
    this.system = nodeSystem(interruptSignal(), flags.folder);
  }

  private becomeOwner(folder: string): void {
    const owner = actAsOwner(folder);
    if (owner !== null) this.tell(`Note: running as ${owner}, the owner of this stack`);
  }

  /** What a question is asked with, and whether it was answered beforehand. */
  protected consent({yes}: {yes: boolean}): Consent {
    return {yes, json: this.jsonEnabled(), signal: this.system.signal};
  }

  /** A line beside the result. Unlike oclif's own, it is not silent under --json: standard error is for people there too. */
  protected tell(text: string): void {
    process.stderr.write(`${toTerminal(wrapped(text, columns(process.stderr)))}\n`);
  }

  /** A part of the result. */
  override log(text = ''): void {
    super.log(toTerminal(text));
  }

  override logJson(json: unknown): void {
    process.stdout.write(`${printableJson(json, this.jsonLines ? undefined : 2)}\n`);
  }

  /** Sets the exit code of a verdict, or of the interrupt that left it partial; the result is printed all the same. */
  protected conclude(verdict: Verdict): void {
    process.exitCode = this.system.signal.aborted ? failures.INTERRUPTED.exit : verdictExit[verdict];
  }

  protected override catch(error: Error): Promise<unknown> {
    if (error instanceof Errors.ExitError) return Promise.reject(error);
    const failure = describeFailure(error);
    process.exitCode = failure.exitCode;
    if (this.jsonEnabled()) this.logJson(failureJson(failure));
    else process.stderr.write(failureText(failure, columns(process.stderr), process.env.DEBUG && error.stack));
    return Promise.resolve();
  }
}

/** Without this, the parser takes what is piped in as an argument that was not typed: `sutra stop` the name of a service. */
function typedAlone(args: Interfaces.ArgInput): Interfaces.ArgInput {
  return Object.fromEntries(Object.entries(args).map(([name, arg]) => [name, {...arg, ignoreStdin: true}]));
}

/** Aborts at the first Ctrl-C or SIGTERM, so that the command can undo; the second ends the process at once. */
function interruptSignal(): AbortSignal {
  const interrupt = new AbortController();
  const onSignal = () => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort(new DOMException('interrupted', 'AbortError'));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return interrupt.signal;
}

function failureJson({code, message, cures, details}: Failure): object {
  return {schemaVersion: 1, error: {code, message, cures, ...(details === undefined ? {} : {details})}};
}
