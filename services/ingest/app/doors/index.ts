import type { SourceKind } from '../../../../shared/contracts/sources.ts';
import type { Door } from './door.ts';
import { fxiaokeDoor } from './fxiaoke.ts';
import { hubSpotDoor } from './hubspot.ts';
import { salesforceDoor } from './salesforce.ts';
import { standardDoor } from './standard-webhooks.ts';

/** The door of a kind of source. Batches of an ERP come by `POST /v1/facts` with a token and have none. */
export const DOORS: Readonly<Record<Exclude<SourceKind, 'erp-batch'>, Door>> = {
  hubspot: hubSpotDoor,
  salesforce: salesforceDoor,
  fxiaoke: fxiaokeDoor,
  'standard-webhooks': standardDoor,
};
export const doorOf = (kind: SourceKind): Door | undefined => (kind === 'erp-batch' ? undefined : DOORS[kind]);
