// Which words may have been meant by a misspelt one. Pure.

/** Words shorter than this are not searched for misspellings: too much would resemble them. */
export const SHORTEST_MISSPELT = 4;

/**
 * Whether some beginning of `text` is `word` with at most one letter added, left out, replaced or two swapped.
 * @param {string} text
 * @param {string} word
 * @returns {boolean}
 */
export function beginsWithinOneEdit(text, word) {
  let i = 0;
  while (i < word.length && text.charCodeAt(i) === word.charCodeAt(i)) i += 1;
  return i >= word.length - 1
    || goesOn(text, i + 1, word, i + 1)
    || goesOn(text, i + 1, word, i)
    || goesOn(text, i, word, i + 1)
    || (text.charCodeAt(i) === word.charCodeAt(i + 1) && text.charCodeAt(i + 1) === word.charCodeAt(i) && goesOn(text, i + 2, word, i + 2));
}

/**
 * Whether `text` goes on from `at` like `word` from `from`, to the end of this.
 * @param {string} text
 * @param {number} at
 * @param {string} word
 * @param {number} from
 * @returns {boolean}
 */
function goesOn(text, at, word, from) {
  for (let i = from; i < word.length; i += 1, at += 1) if (text.charCodeAt(at) !== word.charCodeAt(i)) return false;
  return true;
}
