import type {L2Request} from '@sutra/contract/l2-frames';
import {type L2ErrorCode, l2Ops, l2SecretVersion, l2Version} from '@sutra/contract/l2-protocol';
import {isSameProof, l2Nonce, l2Proof} from '@sutra/contract/l2-secret';

/** What the connection does about a request. `pass`: it is not the handshake's business, and the client is known. */
export type HandshakeStep =
  | {kind: 'pass'}
  | {kind: 'hello'; challenge?: Uint8Array}
  | {kind: 'proof'; proof: Uint8Array}
  /** Answered with this, and the connection ends. */
  | {kind: 'refuse'; code: L2ErrorCode; message: string};

const unauthorized = (message: string): HandshakeStep => ({kind: 'refuse', code: 'unauthorized', message});

/** Whether one client may be served: it has said hello, and shown that it knows the secret where there is one. */
export class Handshake {
  done = false;
  /** What the client calls itself. */
  name = '';
  readonly #secret: string | null;
  #challenged: {nonce: Uint8Array; challenge: Uint8Array} | null = null;

  constructor(secret: string | null) {
    this.#secret = secret;
  }

  next(request: L2Request): HandshakeStep {
    if (request.op === l2Ops.hello) return this.#hello(request.body);
    if (request.op === l2Ops.prove) return this.#prove(request.body.proof);
    if (this.done) return {kind: 'pass'};
    if (request.op === null) return {kind: 'refuse', code: 'invalid', message: request.problem};
    if (this.#challenged !== null) return unauthorized('this shard asks for a proof of the secret first');
    return badVersion('a request before hello');
  }

  #hello({version, name, nonce}: {version: number; name: string; nonce?: Uint8Array | undefined}): HandshakeStep {
    if (version < 1) return badVersion(`version ${version}`);
    this.name = name;
    if (this.#secret === null || this.done) {
      this.done = true;
      return {kind: 'hello'};
    }
    if (version < l2SecretVersion) return badVersion(`version ${version} cannot present the secret of the stack`);
    if (nonce === undefined) return unauthorized('this shard asks for the secret of its stack');
    // The nonce is a view of bytes that the next frame overwrites.
    this.#challenged = {nonce: Uint8Array.from(nonce), challenge: l2Nonce()};
    return {kind: 'hello', challenge: this.#challenged.challenge};
  }

  /** One try a challenge. */
  #prove(proof: Uint8Array): HandshakeStep {
    const challenged = this.#challenged;
    this.#challenged = null;
    if (this.#secret === null || challenged === null) return unauthorized('a proof that was not asked for');
    const {nonce, challenge} = challenged;
    if (!isSameProof(proof, l2Proof(this.#secret, 'client', nonce, challenge))) {
      return unauthorized("the secret does not match this shard's");
    }
    this.done = true;
    return {kind: 'proof', proof: l2Proof(this.#secret, 'shard', nonce, challenge)};
  }
}

function badVersion(found: string): HandshakeStep {
  const message = `${found}: this shard speaks versions 1 to ${l2Version}`;
  return {kind: 'refuse', code: 'bad_version', message};
}
