// What there is of a station at a moment: a picture, or a gap and in what words to tell why. Pure.

/** @typedef {import("../day/timeline.js").Day} Day */

/** The words for a gap by its reason; many reasons are one thing to a viewer. @type {Record<string, string>} */
const WORDS = {
  refused: "gapCamera", unauthorized: "gapCamera", not_found: "gapCamera", redirected: "gapCamera", ended: "gapCamera",
  stalled: "gapCamera", unsupported: "gapCamera", changed: "gapRestart", jumped: "gapRestart", starting: "gapRestart",
  failed: "gapOurs", packager_stopped: "gapOurs", store_unreachable: "gapLater", spool_full: "gapOurs", disk_full: "gapOurs",
  lost: "gapOurs", paused: "gapPaused", closed: "gapClosed",
};

/** Holes shorter than this (ms) are not worth stopping for: the player jumps over them. */
const SHORT = 2000;

/**
 * Return "" where there is a picture, else the name of the words to show.
 * @param {Day} day
 * @param {string} rendition
 * @param {number} moment
 * @returns {string}
 */
export function absence(day, rendition, moment) {
  const recorded = day.renditions[rendition];
  if (recorded === undefined || recorded.hours.length === 0) return "noRecording";
  const gap = recorded.gaps.find(({ start, end }) => end - start > SHORT && start <= moment && moment < end);
  if (gap) return WORDS[gap.reason] || "gapUnknown";
  if (day.closed) return day.closedAt !== null && moment >= day.closedAt ? "gapClosed" : "";
  // What was recorded a moment ago is not listed yet.
  return moment > day.written ? "notYet" : "";
}

/**
 * Return the rendition a tile plays: the small one where there is one.
 * @param {Day} day
 * @returns {string}
 */
export function smallOne(day) {
  return day.renditions.sub !== undefined && day.renditions.sub.hours.length > 0 ? "sub" : "main";
}

/**
 * Return the minute of the latest still kept at or before this minute of the day, null if there is none near.
 * @param {Day} day
 * @param {number} minute since midnight
 * @returns {number | null}
 */
export function stillMinute(day, minute) {
  const latest = day.stills.filter((kept) => kept <= minute && kept > minute - 5).pop();
  return latest === undefined ? null : latest;
}
