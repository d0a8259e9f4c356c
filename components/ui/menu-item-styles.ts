/** A row of a menu, be it a link or a button. */
export const menuItemStyles =
  'flex min-h-9 w-full items-center gap-2.5 rounded-md px-2.5 py-1.5 text-left text-base text-text hover:bg-surface-sunken focus-visible:-outline-offset-2 pointer-coarse:min-h-11'
