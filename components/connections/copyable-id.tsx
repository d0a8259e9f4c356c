import { CopyButton } from '@/components/ui/copy-button'

type Props = { readonly value: string; readonly label: string }

export function CopyableId({ value, label }: Props) {
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <code className="truncate font-mono text-sm" title={value}>
        {value}
      </code>
      <CopyButton value={value} label={label} />
    </span>
  )
}
