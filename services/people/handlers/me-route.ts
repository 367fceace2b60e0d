import { z } from 'zod';
import { ROLES } from '../../../shared/contracts/access.ts';
import { principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { reachedUnits } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, orgKey, parseEmployee, parseOrg, versionOf } from '../read.ts';
import { json, personAnswer } from './answers.ts';

const meAnswer = z
  .object({
    subject: z.string(),
    employeeId: z.string().nullable(),
    roles: z.array(z.enum(ROLES)),
    entities: z.union([z.literal('*'), z.array(z.string())]),
    employee: personAnswer.nullable().describe('The own record, where the token names an employee that is known'),
    managedUnitIds: z.array(z.string()).describe('Org units of the own legal entity that a manager reaches'),
  })
  .meta({ id: 'Me' });

/** Who the caller is, as the token and the records say. */
export const addMeRoute = ({ add }: Routes, { store }: Platform): void => {
  add(
    {
      method: 'get',
      path: '/v1/me',
      access: { roles: ROLES, self: true },
      tags: ['people'],
      summary: 'Who I am and what I may see',
      description: 'Every role.',
      responses: { 200: json(meAnswer, 'The caller') },
    },
    async (c) => {
      const principal = principalOf(c);
      const { subject, employeeId, roles, entities } = principal;
      const item = employeeId === null ? undefined : await store.get(employeeKey(employeeId));
      const employee = parseEmployee(item);
      const manages = employee !== undefined && roles.has('manager');
      const units = manages ? reachedUnits(principal, parseOrg(await store.get(orgKey(employee.legalEntityId)))) : new Set<string>();
      return c.json(
        {
          subject,
          employeeId,
          roles: ROLES.filter((role) => roles.has(role)),
          entities: entities === '*' ? ('*' as const) : [...entities].sort(),
          employee: employee && roles.has('employee') ? { ...employee, version: versionOf(item) } : null,
          managedUnitIds: [...units].sort(),
        },
        200,
      );
    },
  );
};
