import type { ReactNode } from 'react'
import { ProductMark } from './product-mark'

type Props = { readonly badge?: ReactNode; readonly children: ReactNode }

/** A page outside the dashboard: one thing, in the middle. */
export function PlainPage({ badge, children }: Props) {
  return (
    <div className="flex min-h-dvh flex-col items-center px-4 py-10 sm:justify-center sm:py-16">
      <main id="main" tabIndex={-1} className="w-full max-w-[30rem]">
        <div className="mb-6 flex items-center gap-2.5">
          <ProductMark className="size-7" />
          <p className="font-semibold">Partner dashboard</p>
          {badge}
        </div>
        {children}
      </main>
    </div>
  )
}
