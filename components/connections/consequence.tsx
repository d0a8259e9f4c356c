import type { ReactNode } from 'react'
import { Icon, type IconName } from '@/components/ui/icon'

type Props = { readonly icon: IconName; readonly title: string; readonly children: ReactNode }

/** One thing that follows from what is about to be confirmed; stands in a list. */
export function Consequence({ icon, title, children }: Props) {
  return (
    <li className="flex gap-3 py-3.5">
      <Icon name={icon} className="mt-[3px] text-text-muted" />
      <div className="min-w-0">
        <h2 className="font-medium">{title}</h2>
        <p className="text-text-muted">{children}</p>
      </div>
    </li>
  )
}
