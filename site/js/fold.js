// Folding: brings a text and a query to the same plain letters, so that `nəsimi`, `NƏSİMİ`, `nesimi` and `Насими`
// meet. Pure; one table, and the vectors beside its tests hold for every implementation of it.

/** Letters that are replaced one by one, after lower-casing. */
const LETTERS = new Map([
  ["ı", "i"], ["ə", "e"], ["ğ", "g"], ["ö", "o"], ["ş", "s"], ["ü", "u"], ["ç", "c"],
  ["а", "a"], ["б", "b"], ["в", "v"], ["г", "g"], ["д", "d"], ["е", "e"], ["ё", "e"], ["ж", "j"], ["з", "z"],
  ["и", "i"], ["й", "y"], ["к", "k"], ["л", "l"], ["м", "m"], ["н", "n"], ["о", "o"], ["п", "p"], ["р", "r"],
  ["с", "s"], ["т", "t"], ["у", "u"], ["ф", "f"], ["х", "x"], ["ц", "ts"], ["ч", "c"], ["ш", "s"], ["щ", "s"],
  ["ъ", ""], ["ы", "i"], ["ь", ""], ["э", "e"], ["ю", "yu"], ["я", "ya"],
  ["ә", "e"], ["ө", "o"], ["ү", "u"], ["ғ", "g"], ["һ", "h"], ["ҹ", "c"], ["ҝ", "g"], ["ј", "y"],
]);

/** Spellings of one sound in Latin letters: both sides are brought to the shorter one. */
const SOUNDS = new Map([["sh", "s"], ["ch", "c"], ["kh", "x"], ["zh", "j"], ["gh", "g"], ["q", "g"]]);

const NOT_ASCII = /[^\0-\x7f]/;
const NOT_ASCII_EACH = /[^\0-\x7f]/g;
const MARKS = /[\u0300-\u036f]/g;
const SOUND = /[sckzg]h|q/g;

/**
 * Return `text` in plain lower-case letters; anything that is neither letter nor digit is kept.
 * @param {string} text
 * @returns {string}
 */
export function fold(text) {
  // Before lower-casing: "İ".toLowerCase() is two code points, and I is the capital of i as well as of ı.
  let folded = text.replace(/[İI]/g, "i").toLowerCase();
  if (NOT_ASCII.test(folded)) {
    folded = folded.normalize("NFC").replace(NOT_ASCII_EACH, (letter) => {
      const plain = LETTERS.get(letter);
      return plain === undefined ? letter : plain;
    });
    if (NOT_ASCII.test(folded)) folded = folded.normalize("NFD").replace(MARKS, "");
  }
  return folded.replace(SOUND, (sound) => /** @type {string} */ (SOUNDS.get(sound)));
}

/**
 * Return the folded text with a single space in place of everything that is neither letter nor digit; lines stay lines.
 * @param {string} text
 * @returns {string}
 */
export function plain(text) {
  return fold(text).replace(/[^a-z0-9\n]+/g, " ");
}

/**
 * Return the folded words of `text`: runs of letters and digits.
 * @param {string} text
 * @returns {string[]}
 */
export function words(text) {
  return plain(text).split(/\s/).filter((word) => word !== "");
}
