import {Flags} from '@oclif/core';
import {accessRoles} from '@sutra/contract/access-token';
import {BaseCommand} from '../../cli/base-command.js';
import {parseLifetime} from '../../cli/flags/parse-lifetime.js';
import {type CreatedToken, createToken} from '../../stack/secrets/create-token.js';

const defaultLifetime = '24h';

export default class TokenCreate extends BaseCommand<typeof TokenCreate> {
  static override description = 'create an access token that expires, signed with the first key of SUTRA_API_KEY';
  static override examples = [
    'TOKEN=$(<%= config.bin %> token create --subject ci --expires 7d)',
    '<%= config.bin %> token create --role admin --expires 15m',
  ];
  static override flags = {
    role: Flags.option({
      options: accessRoles,
      description: 'reader: may do everything but clear the cache; admin: may do everything',
      default: accessRoles[0],
    })(),
    subject: Flags.string({description: 'name of the token holder, at most 128 characters', default: 'client'}),
    expires: Flags.string({description: 'lifetime, such as 15m, 24h or 7d; at most 365d', default: defaultLifetime}),
  };

  async run(): Promise<{schemaVersion: 1} & CreatedToken> {
    const {role, subject, expires} = this.flags;
    const created = await createToken(this.system, {role, subject, lifetimeMs: parseLifetime(expires, '--expires')});
    this.log(created.token);
    this.tell(`role ${created.role}, subject ${created.subject}, expires ${created.expiresAt}`);
    return {schemaVersion: 1, ...created};
  }
}
