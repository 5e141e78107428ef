// What is said of a clip before it is downloaded: its times, its size, in how many files, what is missing, what is too much. Pure.

import { duration, fill } from "../text.js";
import { endOf, holes, longest } from "./plan.js";

/** More than this (bytes) is said to need room on the disk. */
const LARGE = 1e9;

/** @typedef {import("./plan.js").Film & {bytes: number, exact: boolean}} Film a file whose size is known, or reckoned */

/**
 * What the page gives: its texts, its clock, its words for lengths.
 * @typedef {{texts: Record<string, string>, clock: (moment: number) => string, units: {seconds: string, minutes: string, hours: string}}} Language
 */

/**
 * @param {Film[]} films at least one
 * @param {number} most how many bytes this browser can put into one file
 * @param {Language} language
 * @returns {{message: string, files: string[], possible: boolean}} `files`: a line for each if there are several
 */
export function announcement(films, most, { texts, clock, units }) {
  const line = (/** @type {boolean} */ exact, /** @type {number} */ start, /** @type {number} */ end, /** @type {number} */ bytes) => (
    fill(exact ? texts.keepSize : texts.keepAbout, { from: clock(start), to: clock(end), size: megabytes(bytes) })
  );
  const startOf = (/** @type {Film} */ film) => film.segments[0].start;
  const bytes = films.reduce((sum, film) => sum + film.bytes, 0);
  const sentences = [line(films.every((film) => film.exact), startOf(films[0]), endOf(films[films.length - 1].segments), bytes), texts.keepCuts];
  const tooLong = films.find((film) => film.bytes > most);
  if (tooLong) {
    const length = duration(longest(tooLong.segments, tooLong.bytes, most), units);
    sentences.push(fill(texts.keepShorter, { most: megabytes(most), length }));
  } else if (bytes > LARGE) sentences.push(texts.keepLarge);
  if (films.length > 1) sentences.push(fill(texts.keepFiles, { number: films.length }));
  return {
    message: sentences.join(" "),
    files: films.length > 1 ? films.map((film) => line(film.exact, startOf(film), endOf(film.segments), film.bytes)) : [],
    possible: tooLong === undefined,
  };
}

/**
 * @param {import("./plan.js").Film} film
 * @param {import("../day/timeline.js").Gap[]} known gaps of the day
 * @param {Language & {reason: (reason: string) => string}} language
 * @returns {string[]} what was asked for and has no pictures, a line each
 */
export function gapsOf({ segments, from, to }, known, { texts, clock, units, reason }) {
  return holes(segments, { from, to }, known).map(({ start, end }) => {
    // One reason may follow another.
    const why = known.filter((each) => each.start < end && start < each.end).map((gap) => gap.reason);
    const reasons = Array.from(new Set(why.length > 0 ? why : ["unknown"]), reason).join("; ");
    return fill(texts.gap, { from: clock(start), to: clock(end), length: duration(end - start, units), reason: reasons });
  });
}

/**
 * @param {number} bytes
 * @returns {string} `12`, below ten with one place
 */
export function megabytes(bytes) {
  const size = bytes / 1e6;
  return size < 10 ? size.toFixed(1) : String(Math.round(size));
}
