/** Two rings that hold each other: ours, not Airwallex's. The same drawing as public/icon.svg. */
export function ProductMark({ className }: { readonly className?: string }) {
  return (
    <svg className={className ?? 'size-7 shrink-0'} viewBox="0 0 28 28" aria-hidden="true">
      <rect width="28" height="28" rx="7" className="fill-accent" />
      <g fill="none" className="stroke-on-accent" strokeWidth="2" strokeLinecap="round">
        <circle cx="11" cy="14" r="4.75" />
        <path d="M15.6 9.9a4.75 4.75 0 1 1 0 8.2" />
      </g>
    </svg>
  )
}
