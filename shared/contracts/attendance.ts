import { z } from 'zod';
import { COORDINATE_SYSTEMS } from '../kernel/geography.ts';
import { dateSchema, idSchema, instantSchema, nameSchema, slugSchema } from './common.ts';

/** A place as it was measured or drawn, with the system it is in: without the system it says nothing within half a kilometre. */
const pointMembers = {
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
};
export const pointSchema = z.strictObject(pointMembers);

/** A fix of a phone. `accuracyMetres` is the radius the phone itself gives; null when it gives none. */
export const positionSchema = z.strictObject({
  system: z.enum(COORDINATE_SYSTEMS),
  ...pointMembers,
  accuracyMetres: z.number().min(0).max(1_000_000).nullable().default(null),
});
export type Position = z.infer<typeof positionSchema>;

export const MAX_SITES = 40;
/** Where a customer is: a circle (without a radius that of the policy) or a polygon with up to 200 corners. */
export const siteSchema = z.strictObject({
  id: slugSchema,
  name: nameSchema(200),
  system: z.enum(COORDINATE_SYSTEMS),
  fence: z.discriminatedUnion('shape', [
    z.strictObject({
      shape: z.literal('circle'),
      centre: pointSchema,
      radiusMetres: z.int().min(10).max(20_000).nullable().default(null),
    }),
    z.strictObject({ shape: z.literal('polygon'), corners: z.array(pointSchema).min(3).max(200) }),
  ]),
});
export type Site = z.infer<typeof siteSchema>;

/** A place of a customer as a CRM has it: what is missing is text of no length, and named in the report. */
const asText = (max: number) => z.union([z.string().max(max), z.number().transform(String)]).default('');
export const crmSiteSchema = z.strictObject({
  customerId: asText(128),
  coordinateSystem: asText(20),
  latitude: asText(40),
  longitude: asText(40),
  customerType: asText(64),
  siteId: asText(64),
  name: asText(200),
  radiusMetres: asText(20),
});
export type CrmSite = z.infer<typeof crmSiteSchema>;

export const customerSitesSchema = z.strictObject({
  /** Hospital, pharmacy, shop …: the policy may give each type its own radius; plans may filter visits by it. */
  customerType: slugSchema.nullable().default(null),
  sites: z.array(siteSchema).max(MAX_SITES),
});
export type CustomerSites = z.infer<typeof customerSitesSchema>;

/** What makes a visit valid and what puts it into the reviewer's queue, from a day on. The defaults are those of the guide. */
export const visitPolicySchema = z.strictObject({
  from: dateSchema,
  radiusMetres: z.int().min(10).max(20_000).default(300),
  radiusMetresByType: z.record(slugSchema, z.int().min(10).max(20_000)).default({}),
  /** A distance is tested less the accuracy of the fix, at most this much. */
  allowanceMetres: z.int().min(0).max(500).default(50),
  /** A fix less accurate than the first is flagged; than the second, it shows nothing. */
  flaggedAccuracyMetres: z.int().min(1).max(100_000).default(100),
  uselessAccuracyMetres: z.int().min(1).max(100_000).default(500),
  followUpRequired: z.boolean().default(true),
  followUpHours: z.int().min(1).max(168).default(24),
  /** Letters and digits; white space and punctuation are no content. */
  minFollowUpCharacters: z.int().min(1).max(500).default(5),
  dwellMinutes: z.int().min(0).max(600).default(10),
  clockMinutes: z.int().min(1).max(600).default(5),
  lateUploadHours: z.int().min(1).max(720).default(24),
  travelKmPerHour: z.int().min(1).max(2000).default(150),
  travelMetres: z.int().min(0).max(1_000_000).default(2000),
  /** More than so many customers within so many minutes at one point. */
  clusterCustomers: z.int().min(1).max(100).default(3),
  clusterMinutes: z.int().min(1).max(600).default(30),
});
export type VisitPolicy = z.infer<typeof visitPolicySchema>;

export const visitPoliciesSchema = z.strictObject({
  /** Days until a raw position is deleted; verdict and distance stay. */
  positionDays: z.int().min(1).max(365).default(90),
  policies: z.array(visitPolicySchema).min(1).max(60),
});
export type VisitPolicies = z.infer<typeof visitPoliciesSchema>;

/** One press of a button on a phone. `clientSequence` counts within the phone's queue: with `queueId` it is the record's id. */
export const checkInSchema = z.strictObject({
  clientSequence: z.int().min(0).max(1_000_000_000),
  kind: z.enum(['check-in', 'check-out']),
  /** By the phone's clock. */
  at: instantSchema,
  /** Null for who works without location: a supervisor confirms the visit. */
  position: positionSchema.nullable(),
  /** Without it the nearest site within 500 m says whose visit it is. */
  customerId: idSchema.optional(),
  purpose: nameSchema(200).optional(),
  photo: z
    .strictObject({
      /** Where the photo is kept; photos themselves are not taken here. */
      reference: nameSchema(300),
      perceptualHash: z
        .string()
        .regex(/^[0-9a-f]{16}$/, '64 bits in hexadecimal')
        .optional(),
    })
    .optional(),
  mockLocation: z.boolean().default(false),
});
export type CheckInRecord = z.infer<typeof checkInSchema>;

export const deviceSchema = z.strictObject({
  /** Of the phone, not of the installation; null when it has none to give. */
  id: idSchema.nullable().default(null),
  emulator: z.boolean().default(false),
  rooted: z.boolean().default(false),
});
export type Device = z.infer<typeof deviceSchema>;
