// What the viewer chose, kept in this browser and nowhere else. Nothing else of the site is stored.

/** Every choice there is; stored with this prefix. */
export const PREFIX = "pollcast.";
export const NAMES = Object.freeze(["saver", "quality", "volume", "wall"]);

/**
 * Return what was chosen, or null; also where the browser keeps nothing.
 * @param {string} name one of `NAMES`
 * @returns {string | null}
 */
export function choice(name) {
  require(name);
  try {
    return window.localStorage.getItem(PREFIX + name);
  } catch (_blocked) {
    return null;
  }
}

/**
 * Keep a choice, or forget it.
 * @param {string} name one of `NAMES`
 * @param {string | null} value
 */
export function choose(name, value) {
  require(name);
  try {
    if (value === null) window.localStorage.removeItem(PREFIX + name);
    else window.localStorage.setItem(PREFIX + name, value);
  } catch (_blocked) {
    // The choice holds for this page only.
  }
}

/** @param {string} name */
function require(name) {
  if (NAMES.indexOf(name) < 0) throw new Error(`there is no choice named ${name}`);
}
