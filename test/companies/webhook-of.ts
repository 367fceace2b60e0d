import { fxiaokePayload, hubspotPayload, type PayloadFact, salesforcePayload, standardPayload } from '../fixtures/webhooks/payloads.ts';
import { encryptFxiaoke, type SignedDelivery, salesforceEnvelope, signHubSpot, signStandard } from '../fixtures/webhooks/sign.ts';
import type { Company, SourceFact } from './company.ts';

export interface Webhook {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** How many records each system puts into one delivery. */
const BATCH = { hubspot: 1, salesforce: 50, fxiaoke: 20, 'standard-webhooks': 1 } as const;

const payloadFact = ({ owners, ...fact }: SourceFact): PayloadFact =>
  ({ ...fact, credits: owners.map(({ owner, share }) => ({ externalOwner: owner, share })) }) as PayloadFact;

const deliveryOf = ({ source }: Company, facts: readonly PayloadFact[], baseUrl: string): SignedDelivery => {
  const [first] = facts;
  if (!first) throw new RangeError('a delivery has at least one fact');
  const nowMillis = Date.now();
  switch (source.kind) {
    case 'hubspot':
      return signHubSpot({ source: source.id, secret: source.secret, payload: hubspotPayload(first), nowMillis, publicUrl: baseUrl });
    case 'standard-webhooks':
      return signStandard({
        source: source.id,
        secrets: [source.secret],
        payload: standardPayload(first),
        nowMillis,
        messageId: `msg_${first.id}`,
      });
    case 'fxiaoke':
      return encryptFxiaoke({
        source: source.id,
        key: source.secret,
        payload: facts.map(fxiaokePayload),
        nowMillis,
        messageId: `M-${first.id}`,
      });
    case 'salesforce':
      return salesforceEnvelope({
        source: source.id,
        token: source.secret,
        organizationId: source.organizationId ?? '',
        records: facts.map(salesforcePayload),
      });
  }
};

/** Facts as the signed deliveries of the company's source. */
export const webhookOf = (company: Company, facts: readonly SourceFact[], baseUrl: string): Webhook[] => {
  const size = BATCH[company.source.kind];
  const deliveries: SignedDelivery[] = [];
  for (let start = 0; start < facts.length; start += size) {
    deliveries.push(deliveryOf(company, facts.slice(start, start + size).map(payloadFact), baseUrl));
  }
  return deliveries.map(({ path, headers, body }) => ({ url: `${baseUrl}${path}`, headers, body }));
};
