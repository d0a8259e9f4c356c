import type { Verdict } from '@/lib/rotation/classify'

const good = { access_token: 'a', expires_in: 300, refresh_token: 'r', refresh_token_expires_in: 7_776_000 }

/** Every answer that is not a good one: its verdict, status and body. */
export const negatives: [Verdict['kind'], number, unknown][] = [
  // 2xx, readable, without a refresh token
  ...[undefined, null, '', '  ', 0, 7, true, {}, [], ['r']].map((refreshToken): [Verdict['kind'], number, unknown] => [
    'refresh_token_missing',
    200,
    { ...good, refresh_token: refreshToken },
  ]),
  ['refresh_token_missing', 200, {}],
  ['refresh_token_missing', 200, { error: 'invalid_grant' }],
  ['refresh_token_missing', 200, '{"__proto__":{"refresh_token":"r"}}'],
  ['refresh_token_missing', 204, { access_token: 'a' }],
  // 2xx, unreadable
  ...[
    '',
    ' ',
    'null',
    '[]',
    '"r"',
    '7',
    'true',
    '{',
    '{"refresh_token":"r"',
    '{"refresh_token":"r"}}',
    '<html></html>',
    'refresh_token=r',
    '[{"refresh_token":"r"}]',
    '\u0000',
  ].map((body): [Verdict['kind'], number, unknown] => ['ambiguous', 200, body]),
  // Not ours to read
  ...[0, 100, 199, 300, 301, 302, 303, 307, 308, 500, 502, 503, 504, 599, 600, 999].map(
    (status): [Verdict['kind'], number, unknown] => ['ambiguous', status, good],
  ),
  ['ambiguous', 500, { error: 'invalid_grant' }],
  ['ambiguous', 503, { code: 'service_unavailable' }],
  ['ambiguous', Number.NaN, good],
  // 4xx, unparsable
  ...[400, 401, 403, 404, 451].map((status): [Verdict['kind'], number, unknown] => [
    'ambiguous',
    status,
    '<html>no</html>',
  ]),
  ['ambiguous', 400, ''],
  ['ambiguous', 400, 'null'],
  ['ambiguous', 400, '["invalid_grant"]'],
  ['ambiguous', 400, 'invalid_grant'],
  // 4xx with a code
  ['invalid_grant', 400, { error: 'invalid_grant' }],
  ['invalid_grant', 400, { code: 'invalid_grant', message: 'invalid or expired refresh token' }],
  ['invalid_grant', 401, { error: 'invalid_grant' }],
  ['invalid_grant', 403, { error: 'invalid_grant', code: 'x' }],
  ['client_refused', 401, { error: 'invalid_client' }],
  ['client_refused', 400, { error: 'invalid_client' }],
  ['client_refused', 400, { code: 'invalid_client' }],
  ['client_refused', 401, { code: 'credentials_invalid' }],
  ['client_refused', 401, { error: 'invalid_token' }],
  ['client_refused', 401, {}],
  ['request_refused', 400, { error: 'unauthorized_client' }],
  ['request_refused', 400, { error: 'invalid_scope' }],
  ['request_refused', 400, { error: 'invalid_request' }],
  ['request_refused', 401, { error: 'unauthorized_client' }],
  ['ambiguous', 400, { error: 'INVALID_GRANT' }],
  ['ambiguous', 400, { error: ['invalid_grant'] }],
  ['ambiguous', 400, { error: null }],
  ['ambiguous', 400, { message: 'invalid_grant' }],
  ['ambiguous', 400, { code: 'field_required' }],
  ['ambiguous', 400, { error: 'unsupported_grant_type' }],
  ['ambiguous', 403, { code: 'forbidden' }],
  ['ambiguous', 404, { code: 'not_found' }],
  ['ambiguous', 409, { code: 'conflict' }],
  ['ambiguous', 400, { error: 'too_many_requests' }],
  // 429, whatever it carries
  ['rate_limited', 429, { code: 'too_many_requests' }],
  ['rate_limited', 429, ''],
  ['rate_limited', 429, '<html>slow down</html>'],
  ['rate_limited', 429, { error: 'invalid_grant' }],
]
