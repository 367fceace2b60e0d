/**
 * Where visits of several people or days meet: one phone in a day, one exact coordinate, one photo. Whoever makes the number full tells
 * everybody who is in it, and each who joins later is told at once: the same visits are flagged whichever came first. Pure.
 */
import type { Instant } from '../../../shared/kernel/period.ts';
import type { LinkedEvidence } from './events.ts';

export interface LinkMember {
  readonly employeeId: string;
  readonly visitId: string;
  readonly at: Instant;
  /** Whether it has been told. */
  readonly told: boolean;
  /** Of a photo: its perceptual hash, 64 bits in hexadecimal. */
  readonly photo?: string;
}
/** More are not kept: those after it are told all the same. */
export const MAX_MEMBERS = 200;

/** Two photos that differ in no more bits are one: cropped by a hair, compressed again. */
const NEAR_BITS = 3;
const BANDS = 4;
/** Of two hashes that differ in at most {@link NEAR_BITS} bits one of the four quarters is equal: photos are looked for by quarters. */
export const photoQuarters = (hash: string): readonly string[] => {
  const length = hash.length / BANDS;
  return Array.from({ length: BANDS }, (_, index) => `${index}:${hash.slice(index * length, (index + 1) * length)}`);
};
export const differingBits = (a: string, b: string): number => {
  let bits = 0;
  for (let left = BigInt(`0x${a}`) ^ BigInt(`0x${b}`); left > 0n; left &= left - 1n) bits += 1;
  return bits;
};
const isNear = (a: LinkMember | Joining, b: LinkMember | Joining): boolean =>
  a.photo === undefined || b.photo === undefined || differingBits(a.photo, b.photo) <= NEAR_BITS;

const isFull: Readonly<Record<LinkedEvidence, (members: readonly LinkMember[]) => boolean>> = {
  'device-sharing': (members) => new Set(members.map(({ employeeId }) => employeeId)).size >= 2,
  'same-coordinates': (members) => members.length >= 3,
  'photo-reuse': (members) => members.length >= 2,
};
type Joining = Omit<LinkMember, 'told'>;

/** @returns the members to store, and those who are to be told now; the new one is among them when the link is full. */
export const joinLink = (
  evidence: LinkedEvidence,
  members: readonly LinkMember[],
  joining: Joining,
): { readonly members: readonly LinkMember[]; readonly tell: readonly LinkMember[] } => {
  if (members.some(({ visitId }) => visitId === joining.visitId)) return { members, tell: [] };
  const last: LinkMember = { ...joining, told: false };
  const near = [...members.filter((member) => isNear(member, joining)), last];
  const full = isFull[evidence](near);
  const tell = full ? near.filter(({ told }) => !told) : [];
  return {
    members: [...members, last].map((member) => (tell.includes(member) ? { ...member, told: true } : member)).slice(0, MAX_MEMBERS),
    tell,
  };
};
