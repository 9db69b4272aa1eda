import type {L2ReplyBody, L2RequestBody} from './l2-frames.js';
import {l2Ops, l2Version} from './l2-protocol.js';
import {isSameProof, l2Nonce, l2Proof} from './l2-secret.js';

type GreetingOp = typeof l2Ops.hello | typeof l2Ops.prove;
/** Sends one request and resolves with its answer, whose binaries stay as they are. Rejects with the shard's refusal. */
export type GreetingCall = <O extends GreetingOp>(op: O, body: L2RequestBody<O>) => Promise<L2ReplyBody<O>>;

/** What answers at the shard's address is not the shard of this stack. */
export class L2Imposter extends Error {
  override readonly name = 'L2Imposter';
}

/**
 * A client's side of the greeting. With a secret each side shows the other that it knows it, so that whoever has taken
 * the shard's port is not believed either. Throws L2Imposter, or what `call` throws.
 */
export async function greetShard(call: GreetingCall, {name, secret}: {name: string; secret: string | null}) {
  if (secret === null) return await call(l2Ops.hello, {version: l2Version, name});
  const nonce = l2Nonce();
  const hello = await call(l2Ops.hello, {version: l2Version, name, nonce});
  const {challenge} = hello;
  if (challenge === undefined) throw new L2Imposter('it does not ask for the secret of the stack');
  const {proof} = await call(l2Ops.prove, {proof: l2Proof(secret, 'client', nonce, challenge)});
  if (!isSameProof(proof, l2Proof(secret, 'shard', nonce, challenge))) {
    throw new L2Imposter('it does not know the secret of the stack');
  }
  return hello;
}
