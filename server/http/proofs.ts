/** The proof of a double spend, for those whom it concerns. */
import { err, ok } from '#base/result.ts';
import { ProofReply, PurseParams } from '#protocol/http-purses.ts';
import { proofFor } from '#server/core/proofs.ts';
import { route } from './route.ts';

export const proofRoutes = [
  route({
    method: 'GET',
    path: '/v1/proofs/:id',
    operation: 'getProof',
    summary: 'Two vouchers of one purse that contradict each other, for its owner and the shops that have vouchers of it',
    auth: 'session',
    accountRate: 'read',
    params: { name: 'PurseParams', schema: PurseParams },
    reply: { status: 200, description: 'Anybody who has the key set can check it', body: { name: 'ProofReply', schema: ProofReply } },
    problems: [],
    handle: async ({ caller, params: { id } }, { store }) => {
      const proof = await store.transaction((tx) => proofFor(tx, caller.party.id, id));
      if (proof === null) return err('NOT_FOUND');
      const json: ProofReply = { purseId: proof.purseId, vouchers: [proof.one, proof.other], atMs: proof.atMs };
      return ok({ status: 200, json });
    },
  }),
];
