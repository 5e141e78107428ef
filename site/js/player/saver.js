// What the viewer's choice of data use means: which pictures, how often, and what an hour of them costs. Pure.

/** `video` as good as the connection allows; `low` the smallest rendition and rarer stills; `stills` no video at all. */
export const MODES = Object.freeze(["video", "low", "stills"]);

/** @typedef {"video" | "low" | "stills"} Mode */

const HALF_MINUTE = 30000;
const MINUTE = 60000;

/**
 * @param {string | null} kept the viewer's earlier choice
 * @param {boolean} saveData whether the device asks sites to save data
 * @returns {Mode}
 */
export function firstMode(kept, saveData) {
  return kept !== null && MODES.indexOf(kept) >= 0 ? /** @type {Mode} */ (kept) : saveData ? "low" : "video";
}

/**
 * @param {Mode} mode
 * @returns {number} milliseconds from one still to the next
 */
export function stillInterval(mode) {
  return mode === "video" ? HALF_MINUTE : MINUTE;
}

/**
 * @param {Mode} mode
 * @param {string | null} kept the viewer's choice of quality
 * @returns {"auto" | "low" | "high"} saving data comes before the choice of quality
 */
export function qualityIn(mode, kept) {
  if (mode !== "video") return "low";
  return kept === "low" || kept === "high" ? kept : "auto";
}

/**
 * @param {number} bitsPerSecond
 * @returns {number} megabytes (10^6) an hour, at least 1
 */
export function videoCost(bitsPerSecond) {
  return rounded((bitsPerSecond * 3600) / 8 / 1e6);
}

/**
 * @param {number} bytes of one still
 * @param {number} interval milliseconds from one to the next
 * @returns {number} megabytes an hour, at least 1
 */
export function stillsCost(bytes, interval) {
  return rounded((bytes * 3600000) / interval / 1e6);
}

/**
 * @param {number} bytes of one still
 * @param {number} count of stills
 * @returns {number} megabytes of all of them, at least 1
 */
export function dayCost(bytes, count) {
  return rounded((bytes * count) / 1e6);
}

/**
 * Two digits are as much as is known.
 * @param {number} megabytes
 * @returns {number}
 */
function rounded(megabytes) {
  return Math.max(1, megabytes < 100 ? Math.round(megabytes) : Math.round(megabytes / 10) * 10);
}
