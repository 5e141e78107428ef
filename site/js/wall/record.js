// What there is of a station at a moment: a picture, or why there is none. Pure.

import { gapAt } from "../day/recording.js";

/** @typedef {import("../day/timeline.js").Day} Day */

/** Holes shorter than this (ms) are not worth stopping for: the player jumps over them. */
const SHORT = 2000;

/**
 * Return "" where there is a picture, else the name of the words to show.
 * @param {Day} day
 * @param {string | null} rendition
 * @param {number} moment
 * @returns {string}
 */
export function absence(day, rendition, moment) {
  if (rendition === null) return "noRecording";
  const gap = gapAt(day, rendition, moment);
  if (gap && gap.end - gap.start > SHORT) return `reason_${gap.reason}`;
  if (day.closed) return day.closedAt !== null && moment >= day.closedAt ? "ended" : "";
  // What was recorded a moment ago is not listed yet.
  return moment > day.written ? "notYet" : "";
}
