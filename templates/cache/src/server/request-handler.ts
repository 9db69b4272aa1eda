import {performance} from 'node:perf_hooks';
import {encodeError, encodeReply, type L2Request} from '@sutra/contract/l2-frames';
import {
  beginGetReply,
  endGetReply,
  getReplyRoomBytes,
  idOfGetRequest,
  keysOfGetRequest,
  writeMiss,
} from '@sutra/contract/l2-get-frames';
import {type L2ErrorCode, type L2Stats, l2Limits, l2Ops, l2Version} from '@sutra/contract/l2-protocol';
import {KeyWalk} from '../store/key-walk.js';
import type {Store} from '../store/store.js';
import {StoreRefusal} from '../store/store-refusal.js';
import {ReplicaReports} from './replica-reports.js';
import type {ReplyBuffer} from './reply-buffer.js';

export interface ShardFacts {
  name: string;
  ttlSeconds: number;
  capacity: number;
  connections(): number;
  refusedConnections(): number;
}

/** All but a get, which is answered at once, and the handshake. */
export type SlowRequest = Exclude<
  L2Request,
  {op: typeof l2Ops.getMany} | {op: typeof l2Ops.hello} | {op: typeof l2Ops.prove} | {op: null}
>;

/** Answers requests from the store. Gets at once, into the buffer; all else when it is done. */
export class RequestHandler {
  readonly #store: Store;
  readonly #facts: ShardFacts;
  readonly #reports = new ReplicaReports();
  readonly #startedMs = performance.now();
  readonly #found: (Buffer | null)[] = new Array(l2Limits.keys).fill(null);
  readonly #walk: KeyWalk;
  #verifying: ReturnType<Store['verify']> | null = null;

  constructor(store: Store, facts: ShardFacts) {
    this.#store = store;
    this.#facts = facts;
    this.#walk = new KeyWalk(store.vectors);
  }

  /** False: the frame is no get in the fixed widths, and nothing was done. */
  answerGetFrame(bytes: Buffer, start: number, end: number, out: ReplyBuffer): boolean {
    const keysAt = keysOfGetRequest(bytes, start, end);
    if (keysAt < 0) return false;
    this.answerGet(idOfGetRequest(bytes, start), bytes, keysAt, (end - keysAt) / l2Limits.keyBytes, out);
    return true;
  }

  answerGet(id: number, bytes: Buffer, keysAt: number, keys: number, out: ReplyBuffer): void {
    const nowMs = this.#store.clock.nowMs();
    const found = this.#found;
    let room = getReplyRoomBytes(keys);
    for (let index = 0; index < keys; index += 1) {
      const entry = this.#store.vectors.get(bytes, keysAt + index * l2Limits.keyBytes, nowMs);
      found[index] = entry;
      if (entry !== null) room += entry.length;
    }
    out.reserve(room);
    const target = out.bytes;
    let at = beginGetReply(target, out.length, id, this.#store.generation, nowMs);
    for (let index = 0; index < keys; index += 1) {
      const entry = found[index] ?? null;
      if (entry === null) at = writeMiss(target, at);
      else {
        target.set(entry, at);
        at += entry.length;
        found[index] = null;
      }
    }
    endGetReply(target, out.length, at, keys);
    out.length = at;
  }

  /** The whole reply, an error reply if it came to that. Never rejects. */
  async answer(request: SlowRequest): Promise<Buffer> {
    try {
      return await this.#answer(request);
    } catch (error) {
      const code = error instanceof StoreRefusal ? error.code : 'storage_failed';
      return this.refusal(request.id, code, error instanceof Error ? error.message : String(error));
    }
  }

  /** `challenge`: what the client must prove the secret with first. */
  hello(id: number, challenge: Uint8Array | undefined): Buffer {
    const {name: shard, ttlSeconds, capacity} = this.#facts;
    const reply = {version: l2Version, shard, ttlSeconds, capacity, challenge};
    return encodeReply(l2Ops.hello, id, this.#store.generation, reply);
  }

  proof(id: number, proof: Uint8Array): Buffer {
    return encodeReply(l2Ops.prove, id, this.#store.generation, {proof});
  }

  refusal(id: number, code: L2ErrorCode, message: string): Buffer {
    return encodeError(id, this.#store.generation, {code, message});
  }

  /** Generations are read after the work: a reply must not name one that is over. */
  async #answer(request: SlowRequest): Promise<Buffer> {
    const {id, op} = request;
    const store = this.#store;
    switch (op) {
      case l2Ops.putMany: {
        const stored = await store.put(...request.body);
        return encodeReply(op, id, store.generation, {stored});
      }
      case l2Ops.deleteMany: {
        const deleted = await store.delete(request.body);
        return encodeReply(op, id, store.generation, {deleted});
      }
      case l2Ops.clear: {
        await store.clear();
        return encodeReply(op, id, store.generation, {cleared: true});
      }
      case l2Ops.verify: {
        const verified = await this.#verify();
        return encodeReply(op, id, store.generation, verified);
      }
      case l2Ops.report: {
        const {replica, counters} = request.body;
        return encodeReply(op, id, store.generation, this.#reports.exchange(replica, counters, performance.now()));
      }
      case l2Ops.scan:
        return encodeReply(
          op,
          id,
          store.generation,
          this.#walk.page(request.body.after, request.body.limit, store.clock.nowMs()),
        );
      case l2Ops.stats:
        return encodeReply(op, id, store.generation, this.stats());
      case l2Ops.ping:
        return encodeReply(op, id, store.generation, null);
    }
  }

  stats(): L2Stats {
    const store = this.#store;
    const {index, counters} = store.vectors;
    return {
      shard: this.#facts.name,
      uptimeSeconds: Math.round((performance.now() - this.#startedMs) / 100) / 10,
      connections: this.#facts.connections(),
      refusedConnections: this.#facts.refusedConnections(),
      entries: index.count,
      capacity: this.#facts.capacity,
      vectorBytes: index.vectorBytes,
      memoryEntries: index.memory.entries,
      memoryBytes: index.memory.bytes,
      ...counters,
      ...store.facts,
    };
  }

  /** One walk at a time; who asks during it gets its result. */
  #verify(): ReturnType<Store['verify']> {
    this.#verifying ??= this.#store.verify().finally(() => {
      this.#verifying = null;
    });
    return this.#verifying;
  }
}
