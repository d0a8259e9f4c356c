/** The first letters of a name, for a picture of someone who has none. */
export function Initials({ name }: { readonly name: string }) {
  const letters = name
    .split(/[\s@._-]+/)
    .flatMap((word) => Array.from(word).slice(0, 1))
    .filter((letter) => /\p{L}|\p{N}/u.test(letter))
    .slice(0, 2)
    .join('')
    .toLocaleUpperCase('en-US')
  return (
    <span aria-hidden="true" className="initials">
      {letters || '·'}
    </span>
  )
}
