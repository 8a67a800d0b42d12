// Campaigns over HTTP: make, look, pause, resume, cancel, report.
import Type from 'typebox';
import type { Report } from '../analysis/report.ts';
import type { CreatedCampaign } from '../campaign/create-campaign.ts';
import type { CampaignProgress, CampaignRecord, CampaignSummary } from '../campaign/show-campaign.ts';
import { bodyOf, pathPart } from './input.ts';
import type { Routes } from './server.ts';

export interface CampaignUseCases {
  /** Takes the request unchecked; `snapshot` is an id or `latest`. */
  readonly create: (request: unknown, snapshot: string) => Promise<CreatedCampaign>;
  readonly list: () => Promise<readonly CampaignSummary[]>;
  readonly show: (campaign: string) => Promise<CampaignRecord>;
  readonly progress: (campaign: string) => Promise<CampaignProgress>;
  readonly report: (campaign: string) => Promise<Report>;
  readonly pause: (campaign: string) => Promise<void>;
  readonly resume: (campaign: string) => Promise<void>;
  readonly cancel: (campaign: string) => Promise<void>;
}

const NewCampaignSchema = Type.Object(
  {
    /** The campaign as its file has it, scripts and stack files by content. */
    campaign: Type.Unknown(),
    /** A knowledge snapshot's id, or `latest`. */
    snapshot: Type.String({ default: 'latest', maxLength: 100 }),
  },
  { additionalProperties: false },
);

export function campaignRoutes(campaigns: CampaignUseCases): Routes {
  return (app) => {
    app.post('/api/v1/campaigns', { schema: { body: NewCampaignSchema } }, async (request, reply) => {
      const { campaign, snapshot } = bodyOf(request, NewCampaignSchema);
      const created = await campaigns.create(campaign, snapshot);
      return reply.status(created.isNew ? 201 : 200).send(created);
    });
    app.get('/api/v1/campaigns', async () => ({ items: await campaigns.list() }));
    app.get('/api/v1/campaigns/:campaign', (request) => campaigns.show(pathPart(request, 'campaign')));
    app.get('/api/v1/campaigns/:campaign/progress', (request) =>
      campaigns.progress(pathPart(request, 'campaign')),
    );
    app.get('/api/v1/campaigns/:campaign/report', (request) =>
      campaigns.report(pathPart(request, 'campaign')),
    );
    for (const order of ['pause', 'resume', 'cancel'] as const) {
      app.post(`/api/v1/campaigns/:campaign/${order}`, async (request) => {
        const campaign = pathPart(request, 'campaign');
        await campaigns[order](campaign);
        return await campaigns.show(campaign);
      });
    }
  };
}
