import { EXAMPLES } from '../examples';
import { right, route } from '../route';
import { InferenceCreationRequest } from '../schemas/inference';
import { queryInteger } from '../schemas/primitives';
import { PlacementSimulation } from '../schemas/simulation';

/** Copies of a workload that one simulation places at most. */
const MOST_COPIES = 1000;

/** Our own additions. */
export const tesseraRoutes = {
  simulate_placement: route({
    method: 'POST',
    path: '/api/v1/tessera/placement:simulate',
    summary: 'Where would it go now?',
    description:
      'Places the replicas of a create request, or of several copies of it, on the cluster as it is now, and says where they would go and why not. Nothing is changed.',
    tag: 'Tessera',
    query: { copies: queryInteger(1, MOST_COPIES, 1) },
    body: InferenceCreationRequest,
    bodyExample: EXAMPLES.inference,
    answers: { 200: { description: 'Executed successfully.', schema: PlacementSimulation } },
    errors: [400, 401, 403, 503],
    permission: right('inferences', 'create', 'body-project'),
  }),
};
