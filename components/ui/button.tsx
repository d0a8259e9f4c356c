import clsx from 'clsx'
import type { ComponentProps } from 'react'
import { type ButtonStyle, buttonStyles } from './button-styles'

/** For a form's submission use `SubmitButton`, which shows that it is under way. */
export function Button({
  variant,
  size,
  className,
  type = 'button',
  ...props
}: ComponentProps<'button'> & ButtonStyle) {
  return <button type={type} className={clsx(buttonStyles({ variant, size }), className)} {...props} />
}
