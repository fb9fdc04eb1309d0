import { importPeer, type Peer, PeerError, type PeerName } from '../implementations/peers.ts';
import { Refusal } from './refusal.ts';

/** A package to compare with. Rejects with a Refusal that says how to install it. */
export async function peer(name: PeerName): Promise<Peer> {
  try {
    return await importPeer(name);
  } catch (error) {
    throw error instanceof PeerError ? new Refusal(error.message) : error;
  }
}
