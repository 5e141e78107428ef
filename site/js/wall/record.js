// What there is of a station at a moment: a picture, or why there is none; and when to ask for its day again. Pure.

import { gapAt } from "../day/recording.js";
import { RETRY_AFTER } from "../player/machine.js";

/** @typedef {import("../day/timeline.js").Day} Day */

/** How a day is asked for: when that last began (ms), how often it failed, whether an answer is waited for. @typedef {{date: string, at: number, failures: number, waits: boolean}} Asked */

/** Holes shorter than this (ms) are not worth stopping for: the player jumps over them. */
const SHORT = 2000;
/** A day that goes on is read again so often (ms). */
const DAY_AGAIN = 30000;

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

/**
 * @param {string} date
 * @returns {Asked} a day that was not asked for yet
 */
export function unasked(date) {
  return { date, at: -Infinity, failures: 0, waits: false };
}

/**
 * Return whether what is known of a day says nothing of `moment` yet.
 * @param {Day} day
 * @param {number} moment
 * @returns {boolean}
 */
export function outdated(day, moment) {
  return !day.closed && moment > day.written - DAY_AGAIN;
}

/**
 * Return whether it is time to ask for a day: rarer with every failure.
 * @param {Asked} asked
 * @param {boolean} known whether some of the day is known
 * @param {number} now
 * @returns {boolean}
 */
export function askNow(asked, known, now) {
  const usual = known ? DAY_AGAIN : 0;
  const last = Math.min(asked.failures, RETRY_AFTER.length) - 1;
  return !asked.waits && now - asked.at >= (last < 0 ? usual : Math.max(usual, RETRY_AFTER[last]));
}

/**
 * Return the name of the words for a day that did not come.
 * @param {number | undefined} status of the answer, undefined if there was none
 * @returns {string}
 */
export function whyNoDay(status) {
  return status === 403 || status === 404 ? "noRecording" : "retrying";
}
