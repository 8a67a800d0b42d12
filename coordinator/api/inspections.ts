// Inspections over HTTP, and the scripts that agents fetch for them.
import Type from 'typebox';
import { OUTCOMES, type Outcome } from '../../shared/inspection/outcome.ts';
import type { StoredScript } from '../campaign/read-script.ts';
import type { PhaseLog } from '../inspections/inspection-log.ts';
import type { InspectionDetails, InspectionFilter, InspectionRow } from '../inspections/show-inspection.ts';
import { pathPart, queryOf } from './input.ts';
import type { Routes } from './server.ts';

export interface InspectionUseCases {
  readonly list: (filter: InspectionFilter) => Promise<readonly InspectionRow[]>;
  readonly show: (id: string) => Promise<InspectionDetails>;
  readonly logs: (id: string) => Promise<readonly PhaseLog[]>;
  readonly why: (id: string) => Promise<readonly string[]>;
  readonly script: (sha256: string) => Promise<StoredScript>;
}

const FilterSchema = Type.Object({
  campaign: Type.Optional(Type.String({ maxLength: 200 })),
  lane: Type.Optional(Type.String({ maxLength: 48 })),
  outcome: Type.Optional(
    Type.Unsafe<Outcome | 'pending'>(
      Type.Union([...OUTCOMES, 'pending' as const].map((one) => Type.Literal(one))),
    ),
  ),
  stackId: Type.Optional(Type.String({ maxLength: 80 })),
  limit: Type.Integer({ minimum: 1, maximum: 100_000, default: 1000 }),
});
const Sha256Params = Type.Object({ sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) });

export function inspectionRoutes(inspections: InspectionUseCases): Routes {
  return (app) => {
    app.get('/api/v1/inspections', { schema: { querystring: FilterSchema } }, async (request) => ({
      items: await inspections.list(queryOf(request, FilterSchema)),
    }));
    app.get('/api/v1/inspections/:id', (request) => inspections.show(pathPart(request, 'id')));
    app.get('/api/v1/inspections/:id/logs', async (request) => ({
      items: await inspections.logs(pathPart(request, 'id')),
    }));
    app.get('/api/v1/inspections/:id/why', async (request) => ({
      reasons: await inspections.why(pathPart(request, 'id')),
    }));
    app.get(
      '/api/v1/scripts/:sha256',
      { schema: { params: Sha256Params }, config: { roles: ['agent'] } },
      async (request, reply) =>
        reply
          .type('application/octet-stream')
          .send((await inspections.script(pathPart(request, 'sha256'))).content),
    );
  };
}
