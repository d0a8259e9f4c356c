import { fileURLToPath } from 'node:url'

// What is the same for every deployment and every request. What depends on the environment or needs a nonce comes from
// proxy.ts, at run time.

// No one agreed to it; read when the configuration is loaded.
process.env.NEXT_TELEMETRY_DISABLED = '1'

const FIXED_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

const everywhere = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  { key: 'Origin-Agent-Cluster', value: '?1' },
  {
    key: 'Permissions-Policy',
    value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
  },
  { key: 'Reporting-Endpoints', value: 'csp="/api/csp-report"' },
]

/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  reactStrictMode: true,
  // Next's own redirect would carry none of the headers below.
  skipTrailingSlashRedirect: true,
  // No one's page is sent before its title is known: it is what a screen reader says first.
  htmlLimitedBots: /.*/,
  // The addresses of callbacks hold codes and those of links tokens; `next dev` prints the others.
  logging: { incomingRequests: { ignore: [/\/callback/, /\/api\/auth\/link/] } },
  // No image is fetched from anywhere on anyone's behalf.
  images: { unoptimized: true, remotePatterns: [] },
  turbopack: { root: fileURLToPath(new URL('.', import.meta.url)) },
  serverExternalPackages: ['pino'],
  // Their names are read at run time (lib/deployment/schema-views.ts).
  outputFileTracingIncludes: { '/**': ['./prisma/migrations/**/*.sql'] },
  experimental: {
    authInterrupts: true,
    proxyClientMaxBodySize: '1mb',
    serverActions: { bodySizeLimit: '64kb' },
    // lib/security/taint-secrets.ts
    taint: true,
  },
  headers: async () => [
    { source: '/:path*', headers: everywhere },
    // A code stands in its query. Set here: what a route sets does not replace what stands above.
    { source: '/api/airwallex/callback', headers: [{ key: 'Referrer-Policy', value: 'no-referrer' }] },
    // These addresses hold codes: not even our own pages learn where they came from.
    { source: '/api/(auth|airwallex)/callback(.*)', headers: [{ key: 'Referrer-Policy', value: 'no-referrer' }] },
    { source: '/api/auth/link', headers: [{ key: 'Referrer-Policy', value: 'no-referrer' }] },
    // Hashed assets are kept by everyone; Next says so itself.
    { source: '/((?!_next/static/).*)', headers: [{ key: 'Cache-Control', value: 'private, no-store' }] },
    {
      source: '/(api|_next|icon\\.svg|manifest\\.webmanifest)(.*)',
      headers: [{ key: 'Content-Security-Policy', value: FIXED_POLICY }],
    },
  ],
}
