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
}
/** More are not kept: those after it are told all the same. */
export const MAX_MEMBERS = 200;

const isFull: Readonly<Record<LinkedEvidence, (members: readonly LinkMember[]) => boolean>> = {
  'device-sharing': (members) => new Set(members.map(({ employeeId }) => employeeId)).size >= 2,
  'same-coordinates': (members) => members.length >= 3,
  'photo-reuse': (members) => members.length >= 2,
};

/** @returns the members to store, and those who are to be told now; the new one is among them when the link is full. */
export const joinLink = (
  evidence: LinkedEvidence,
  members: readonly LinkMember[],
  joining: Omit<LinkMember, 'told'>,
): { readonly members: readonly LinkMember[]; readonly tell: readonly LinkMember[] } => {
  if (members.some(({ visitId }) => visitId === joining.visitId)) return { members, tell: [] };
  const all = [...members, { ...joining, told: false }];
  const full = isFull[evidence](all);
  const tell = full ? all.filter(({ told }) => !told) : [];
  return { members: all.map((member) => (full ? { ...member, told: true } : member)).slice(0, MAX_MEMBERS), tell };
};
