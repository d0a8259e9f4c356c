import type { TokenAnswer } from '@/lib/rotation/ports'

export type Issued = { readonly accessToken: string; readonly refreshToken: string }

export function goodAnswer(issued: Issued): TokenAnswer {
  return answer(200, goodBody(issued))
}

/** What Airwallex, or something before it, may answer to a request that it has processed. */
export const processedAnswers = {
  half_body: (issued) => cutShort(issued),
  wrong_length: (issued) => cutShort(issued),
  ten_megabytes: () => ({ kind: 'no_answer', detail: 'over the cap' }),
  html: () => answer(200, '<!doctype html><title>Welcome</title>'),
  empty: () => answer(200, ''),
  null: () => answer(200, 'null'),
  array: () => answer(200, '[]'),
  no_refresh_token: (issued) => answer(200, { ...goodBody(issued), refresh_token: undefined }),
  null_refresh_token: (issued) => answer(200, { ...goodBody(issued), refresh_token: null }),
  empty_refresh_token: (issued) => answer(200, { ...goodBody(issued), refresh_token: '' }),
  no_expires_in: (issued) => answer(200, { ...goodBody(issued), expires_in: undefined }),
  zero_expires_in: (issued) => answer(200, { ...goodBody(issued), expires_in: 0 }),
  negative_expires_in: (issued) => answer(200, { ...goodBody(issued), expires_in: -1 }),
  text_expires_in: (issued) => answer(200, { ...goodBody(issued), expires_in: 'soon' }),
  huge_expires_in: (issued) => answer(200, { ...goodBody(issued), expires_in: 1e12 }),
  no_access_token: (issued) => answer(200, { ...goodBody(issued), access_token: undefined }),
  odd_neighbors: (issued) => answer(200, { ...goodBody(issued), token_type: 7, scope: {}, expires_in: [] }),
  moved_302: () => answer(302, ''),
  error_500: () => answer(500, '{"code":"internal"}'),
  error_502: () => answer(502, '<html>Bad Gateway</html>'),
  error_503: () => answer(503, ''),
  error_504: () => answer(504, ''),
} as const satisfies Record<string, (issued: Issued) => TokenAnswer>

export type ProcessedAnswer = keyof typeof processedAnswers
export const processedAnswerNames = Object.keys(processedAnswers) as ProcessedAnswer[]

/** What may be answered to a request that was not processed. */
export const unprocessedAnswers = {
  error_500: answer(500, '{"code":"internal"}'),
  error_502: answer(502, '<html>Bad Gateway</html>'),
  error_503: answer(503, ''),
  error_504: answer(504, ''),
  moved_302: answer(302, ''),
  moved_307: answer(307, ''),
  rate_limited: answer(429, '{"code":"too_many_requests"}'),
  invalid_client: answer(401, '{"error":"invalid_client"}'),
  unauthorized_client: answer(400, '{"error":"unauthorized_client"}'),
  invalid_request: answer(400, '{"error":"invalid_request"}'),
  invalid_scope: answer(400, '{"error":"invalid_scope"}'),
  unknown_401: answer(401, '{"code":"credentials_expired"}'),
  unknown_403: answer(403, '{"code":"forbidden"}'),
  html_404: answer(404, '<html>Not Found</html>'),
} as const satisfies Record<string, TokenAnswer>

export type UnprocessedAnswer = keyof typeof unprocessedAnswers
export const unprocessedAnswerNames = Object.keys(unprocessedAnswers) as UnprocessedAnswer[]

export const invalidGrant = answer(400, '{"error":"invalid_grant"}')

export function answer(status: number, body: string | object): TokenAnswer {
  return { kind: 'answer', status, body: typeof body === 'string' ? body : JSON.stringify(body) }
}

function cutShort(_issued: Issued): TokenAnswer {
  return { kind: 'no_answer', detail: 'cut short' }
}

function goodBody({ accessToken, refreshToken }: Issued) {
  return {
    access_token: accessToken,
    token_type: 'bearer',
    expires_in: 300,
    refresh_token: refreshToken,
    refresh_token_expires_in: 7_776_000,
  }
}
