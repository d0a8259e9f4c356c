/** Request header with path and query of the page, set by proxy.ts over whatever a client sent under this name. */
export const PATH_HEADER = 'x-request-path'
