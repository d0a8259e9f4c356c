import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '@/scripts/prepare.mjs'

// Ways around checks that stand in a proxy, or in a layout alone: CVE-2025-29927 and what followed it.

/** What asks for a part of a page, or for it in React's stream. The answer is then a stream too. */
export const IN_PARTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a stream': { rsc: '1' },
  'a prefetched stream': { rsc: '1', 'next-router-prefetch': '1' },
  'a prefetch for the run time': { rsc: '1', 'next-router-prefetch': '2' },
  'its tree': { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_tree' },
  'its head': { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_head' },
  'all segments': { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_full' },
  'one segment': {
    rsc: '1',
    'next-router-prefetch': '1',
    'next-router-segment-prefetch': '/!KGRhc2hib2FyZCk/__PAGE__',
  },
  // Next answers it with nothing at all.
  'a prefetching proxy': { 'x-middleware-prefetch': '1', purpose: 'prefetch', 'sec-purpose': 'prefetch' },
  'a refresh': { rsc: '1', 'next-hmr-refresh': '1' },
}

const five = (name: string) => Array(5).fill(name).join(':')

/** What makes a server believe that its own parts have asked it, or that it has checked already. */
export const FROM_WITHIN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'the proxy': { 'x-middleware-subrequest': 'proxy' },
  'the proxy five times': { 'x-middleware-subrequest': five('proxy') },
  'src/proxy five times': { 'x-middleware-subrequest': five('src/proxy') },
  'middleware five times': { 'x-middleware-subrequest': five('middleware') },
  'src/middleware five times': { 'x-middleware-subrequest': five('src/middleware') },
  'middleware of old': { 'x-middleware-subrequest': 'pages/_middleware' },
  'a subrequest with its id': { 'x-middleware-subrequest': five('proxy'), 'x-middleware-subrequest-id': '0' },
  'a proxy that went on': { 'x-middleware-next': '1', 'x-middleware-rewrite': '/sign-in', 'x-middleware-invoke': '1' },
  'a prefetch without a stream': { 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_tree' },
  'data of the pages of old': { 'x-nextjs-data': '1' },
  'an invoked path': { 'x-invoke-path': '/sign-in', 'x-invoke-status': '200', 'x-invoke-output': '/sign-in' },
  'a matched path': {
    'x-matched-path': '/sign-in',
    'x-now-route-matches': '1=x',
    'x-nextjs-rewritten-path': '/sign-in',
  },
  'a rewriting front': { 'x-original-url': '/sign-in', 'x-rewrite-url': '/sign-in', 'x-forwarded-uri': '/sign-in' },
  'another method': { 'x-http-method-override': 'PUT', 'x-http-method': 'HEAD' },
  'a revalidation': { 'x-prerender-revalidate': 'x', 'x-prerender-revalidate-if-generated': '1' },
  'headers of ours': {
    'x-request-path': '/sign-in',
    'x-nonce': 'x',
    'x-forwarded-host': 'localhost',
    'x-forwarded-proto': 'https',
  },
}

const buildId = () => readFileSync(join(root, '.next/BUILD_ID'), 'utf8').trim()
const encoded = (path: string) => `/${path.slice(1).replace(/^./, (first) => `%${first.charCodeAt(0).toString(16)}`)}`

/** Other ways to write the address of a page. */
export const otherAddresses = (path: string): Readonly<Record<string, string>> => ({
  'the data of the pages of old': `/_next/data/${buildId()}${path}.json`,
  'as data': `${path}.json`,
  'as a stream': `${path}.rsc`,
  'as a prefetched stream': `${path}.prefetch.rsc`,
  'its tree': `${path}.segments/_tree.segment.rsc`,
  'its page': `${path}.segments/__PAGE__.segment.rsc`,
  'all its segments': `${path}.segments/_full.segment.rsc`,
  'in a language': `/en${path}`,
  'in a language and country': `/en-US${path}`,
  'in a language by query': `${path}?__nextLocale=en&__nextDefaultLocale=en`,
  'with data by query': `${path}?__nextDataReq=1&_rsc=1`,
  'with a letter encoded': encoded(path),
  'with a letter encoded twice': encoded(path).replace('%', '%25'),
  'in capitals': path.toUpperCase(),
  'with a slash after it': `${path}/`,
  'with an encoded slash after it': `${path}%2f`,
  'with two slashes before it': `/${path}`,
  'with a backslash before it': `/\\${path.slice(1)}`,
  'with a dot before it': `/.${path}`,
  'with a parameter of the path': `${path};x=1`,
  'with a zero after it': `${path}%00`,
  'by way of a public page': `/sign-in/..${path}`,
  'by way of a public page, encoded': `/sign-in/%2e%2e${path}`,
  'by way of what the proxy leaves alone': `/_next/static/../..${path}`,
  'by way of what the proxy leaves alone, encoded': `/_next/static/%2e%2e/%2e%2e${path}`,
  'by way of the webhook': `/api/airwallex/webhook/../../..${path}`,
  'as an image': `/_next/image?url=${encodeURIComponent(path)}&w=64&q=75`,
})

/** What the browser's router asks for when it has the layouts already: the page alone, without what stands around it. */
export function pageAlone(file: string, parameter: string): Readonly<Record<string, string>> {
  const segments = file.split('/').slice(1, -1)
  const tree = segments.reduceRight<unknown[]>(
    (children, segment) => {
      const [, name] = /^\[(\w+)\]$/.exec(segment) ?? []
      return [name ? [name, parameter, 'd', null] : segment, { children }]
    },
    ['__PAGE__', {}, null, 'refetch'],
  )
  return { rsc: '1', 'next-router-state-tree': encodeURIComponent(JSON.stringify(['', { children: tree }])) }
}
