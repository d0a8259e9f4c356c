/** As Airwallex writes an instant: `2025-07-24T07:16:00+0000`, without a colon in the offset. */
export function wireTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}+0000`
}
