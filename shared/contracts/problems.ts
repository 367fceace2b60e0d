/** Every problem that a caller can meet: a stable code, its HTTP status, and what it means, Chinese and English (RFC 9457 `type` is `/problems/<code>`). */
const problem = (status: number, zh: string, en: string) => ({ status, zh, en });

export const PROBLEMS = {
  invalid_request: problem(400, '请求内容不符合要求', 'The request is not as described'),
  malformed_json: problem(400, '请求体不是有效的 JSON', 'The body is not valid JSON'),
  nesting_too_deep: problem(400, '请求体嵌套过深', 'The body is nested too deeply'),
  invalid_cursor: problem(400, '分页游标无效', 'The page cursor is not valid for this caller and list'),
  idempotency_key_in_use: problem(409, '使用同一幂等键的请求正在处理', 'A request with this Idempotency-Key is under way'),
  idempotency_key_reused: problem(422, '幂等键已用于另一请求', 'The Idempotency-Key was used with another request'),
  unauthenticated: problem(401, '未登录或令牌无效', 'No valid token'),
  signature_invalid: problem(401, '签名无效', 'The signature is not valid'),
  timestamp_out_of_tolerance: problem(401, '时间戳超出允许范围', 'The timestamp is outside the tolerance'),
  forbidden: problem(403, '无权进行此操作', 'Not allowed for this caller'),
  not_found: problem(404, '未找到', 'Not found'),
  method_not_allowed: problem(405, '不支持此方法', 'Method not allowed here'),
  conflict: problem(409, '与当前状态冲突', 'Not possible in the present state'),
  version_conflict: problem(409, '已被他人修改', 'Somebody else changed it meanwhile'),
  fact_conflict: problem(409, '同一编号的业务事实内容不同', 'A fact with this id and other content exists'),
  run_exists: problem(409, '该月薪酬批次已存在', 'A run for this month exists already'),
  second_person_required: problem(409, '须由另一人审批', 'Another person must do this'),
  run_has_errors: problem(409, '批次检查未通过', 'The run has errors that must be resolved first'),
  payload_too_large: problem(413, '请求体过大', 'The body is too large'),
  unsupported_media_type: problem(415, '不支持的内容类型', 'Content type not supported here'),
  plan_invalid: problem(422, '方案检查未通过', 'The plan has faults'),
  mapping_invalid: problem(422, '映射检查未通过', 'The mapping has faults'),
  cannot_calculate: problem(422, '无法计算', 'The calculation was refused'),
  precondition_failed: problem(412, '版本已变化', 'The version given in If-Match is not the present one'),
  internal: problem(500, '系统内部错误', 'Something went wrong on our side'),
  unavailable: problem(503, '服务暂不可用', 'Not ready yet'),
} as const;
export type ProblemCode = keyof typeof PROBLEMS;

/** One bad field: JSON pointer into the request, and what is wrong with it. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly detailZh: string;
  readonly instance?: string;
  readonly errors?: readonly FieldError[];
}
