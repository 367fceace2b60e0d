/** Who may call what. Deny by default: a route without a declared access cannot be registered. */
export const ROLES = ['employee', 'manager', 'payroll', 'plan-owner', 'auditor', 'operator', 'source'] as const;
export type Role = (typeof ROLES)[number];

/**
 * The caller, from a verified token. `entities` are the legal entities whose data roles other than employee and manager reach;
 * a manager reaches the org units that he or she manages and everything below them, and never pay.
 */
export interface Principal {
  readonly subject: string;
  readonly employeeId: string | null;
  readonly roles: ReadonlySet<Role>;
  readonly entities: '*' | ReadonlySet<string>;
}

/**
 * What a route asks for. `public`: nothing (health, documentation, webhooks that verify their own signature). Otherwise one of the roles;
 * `self` also lets an employee reach what is about himself or herself. The handler narrows rows further (`shared/runtime/http/scope.ts`).
 */
export type Access = 'public' | { readonly roles: readonly Role[]; readonly self?: boolean; readonly payData?: boolean };
