/** The process answers. Touches nothing else. */
export const GET = () => Response.json({ live: true })
export const dynamic = 'force-dynamic'
