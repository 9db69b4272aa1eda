import {type Command, CommandHelp, Help} from '@oclif/core';
import {wrapped} from '../report/wrap.js';
import {columns} from './columns.js';

/** Choices of a flag, side by side, that are cut within words where a line has no room for them. */
const longChoices = 45;

class OneCommandHelp extends CommandHelp {
  /** A description of one line is the title already. */
  protected override description(): string | undefined {
    return this.command.description?.includes('\n') ? super.description() : undefined;
  }

  protected override flags(flags: Command.Flag.Any[]) {
    return super.flags(flags.map(breakable));
  }
}

/** With spaces, where lines can break, between many choices. */
function breakable(flag: Command.Flag.Any): Command.Flag.Any {
  if (flag.type !== 'option' || flag.options === undefined || flag.options.join('|').length < longChoices) return flag;
  return {...flag, options: flag.options.map((choice, place) => (place === 0 ? choice : ` ${choice}`))};
}

/** The help of the command line, in lines that break between words: oclif leaves some to the terminal, which cuts words. */
export default class SutraHelp extends Help {
  protected override CommandHelpClass = OneCommandHelp;

  protected override log(...lines: string[]): void {
    super.log(...lines.map((line) => wrapped(line, columns())));
  }
}
