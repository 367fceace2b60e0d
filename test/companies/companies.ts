import { channelSales } from './channel/company.ts';
import type { Company } from './company.ts';
import { consumerGoods } from './consumer-goods/company.ts';
import { eCommerce } from './e-commerce/company.ts';
import { enterpriseServices } from './enterprise-services/company.ts';
import { fastMovingGoods } from './fast-moving-goods/company.ts';
import { industrialEquipment } from './industrial-equipment/company.ts';
import { newIndustry } from './new-industry/company.ts';
import { pharma } from './pharma/company.ts';
import { projectSales } from './project-sales/company.ts';
import { saas } from './saas/company.ts';
import { tieredCommission, tieredMarginal } from './tiered-commission/company.ts';

/** In the order of the list of the eleven companies. */
export const COMPANIES: readonly Company[] = [
  enterpriseServices,
  consumerGoods,
  channelSales,
  projectSales,
  industrialEquipment,
  pharma,
  eCommerce,
  tieredCommission,
  tieredMarginal,
  saas,
  fastMovingGoods,
  newIndustry,
];
