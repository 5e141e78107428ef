// Which words may have been meant by a misspelt one. Pure.

/** Words shorter than this are not searched for misspellings: too much would resemble them. */
export const SHORTEST_MISSPELT = 4;

/**
 * Whether some beginning of `text` is `word` with at most one letter added, left out, replaced or two swapped.
 * @param {string} text
 * @param {string} word
 * @param {boolean} [open] whether only the beginning of a text is known, which may go on in any way
 * @returns {boolean}
 */
export function beginsWithinOneEdit(text, word, open = false) {
  let i = 0;
  while (i < word.length && text.charCodeAt(i) === word.charCodeAt(i)) i += 1;
  return i >= word.length - 1
    || (open && i >= text.length)
    || goesOn(text, i + 1, word, i + 1, open)
    || goesOn(text, i + 1, word, i, open)
    || goesOn(text, i, word, i + 1, open)
    || (text.charCodeAt(i) === word.charCodeAt(i + 1) && goesOn(text, i + 1, word.charAt(i), 0, open) && goesOn(text, i + 2, word, i + 2, open));
}

/**
 * Whether `text` goes on from `at` like `word` from `from`, to the end of this.
 * @param {string} text
 * @param {number} at
 * @param {string} word
 * @param {number} from
 * @param {boolean} open
 * @returns {boolean}
 */
function goesOn(text, at, word, from, open) {
  const end = open ? Math.min(word.length, from + Math.max(0, text.length - at)) : word.length;
  for (let i = from; i < end; i += 1, at += 1) if (text.charCodeAt(at) !== word.charCodeAt(i)) return false;
  return true;
}
