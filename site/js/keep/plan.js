// What of a recording goes into a clip: its segments, its real beginning and end, what is missing, its name. Pure.

import { civil } from "../day/zone.js";

/** @typedef {import("../day/playlist.js").Segment} Segment */

/** Times closer than this (ms) follow each other without a hole. */
export const CLOSE = 500;

/**
 * Return the segments of which a picture lies between two moments, in order and each once. Cuts are where segments begin.
 * @param {Segment[][]} lists of playlists in order
 * @param {number} from ms since 1970
 * @param {number} to
 * @returns {Segment[]} a segment with which another recording begins says so, also behind a gap
 */
export function chosen(lists, from, to) {
  /** @type {Segment[]} */ const found = [];
  const seen = new Set();
  let another = false;
  lists.forEach((segments) => segments.forEach((segment) => {
    if (seen.has(segment.url)) return;
    another = another || segment.discontinuity;
    if (segment.gap || segment.start + segment.duration <= from || segment.start >= to) return;
    seen.add(segment.url);
    found.push(Object.assign({}, segment, { discontinuity: found.length > 0 && another }));
    another = false;
  }));
  return found;
}

/**
 * Return the times between the segments' first and last picture of which there is none; also those at either end that were
 * asked for and are a known gap.
 * @param {Segment[]} segments at least one
 * @param {{from: number, to: number}} asked
 * @param {{start: number, end: number}[]} gaps of the day
 * @returns {{start: number, end: number}[]}
 */
export function holes(segments, asked, gaps) {
  /** @type {{start: number, end: number}[]} */ const found = [];
  const [first, last] = [segments[0], segments[segments.length - 1]];
  const edge = (/** @type {number} */ start, /** @type {number} */ end) => {
    if (end - start > CLOSE && gaps.some((gap) => gap.start < end && start < gap.end)) found.push({ start, end });
  };
  edge(asked.from, first.start);
  segments.forEach((segment, i) => {
    const before = segments[i - 1];
    if (before && segment.start - before.start - before.duration > CLOSE) found.push({ start: before.start + before.duration, end: segment.start });
  });
  edge(last.start + last.duration, asked.to);
  return found;
}

/**
 * Return which segments to ask for their size: all of a few, else some, evenly.
 * @param {Segment[]} segments
 * @param {number} most
 * @returns {Segment[]}
 */
export function samples(segments, most) {
  if (segments.length <= most) return segments;
  return Array.from({ length: most }, (_nothing, i) => segments[Math.floor((i * segments.length) / most)]);
}

/**
 * Return how large segments are together, reckoned from those whose size is known.
 * @param {Segment[]} segments
 * @param {Map<string, number>} sizes bytes by address; of others too, whose rate counts where none of these is known
 * @param {Segment[]} others
 * @returns {{bytes: number, exact: boolean} | null} null where no size is known at all
 */
export function reckoned(segments, sizes, others) {
  const known = segments.filter(({ url }) => sizes.has(url));
  const alike = known.length > 0 ? known : others.filter(({ url }) => sizes.has(url));
  if (alike.length === 0) return null;
  const bytesOf = (/** @type {Segment[]} */ some) => some.reduce((sum, { url }) => sum + Number(sizes.get(url)), 0);
  const lengthOf = (/** @type {Segment[]} */ some) => some.reduce((sum, { duration }) => sum + duration, 0);
  if (known.length === segments.length) return { bytes: bytesOf(known), exact: true };
  return { bytes: Math.round((bytesOf(alike) / lengthOf(alike)) * lengthOf(segments)), exact: false };
}

/** @typedef {{segments: Segment[], from: number, to: number}} Film one file, and the time asked for that it answers */

/**
 * Return the files that a clip becomes: one, more where segments do not fit together, such as when the camera changed its size.
 * @param {Segment[]} segments
 * @param {{from: number, to: number}} asked
 * @param {(one: Segment, other: Segment) => boolean} fit whether they can stand in one file
 * @returns {Film[]}
 */
export function filmsOf(segments, asked, fit) {
  /** @type {Segment[][]} */ const groups = [];
  segments.forEach((segment) => {
    const group = groups[groups.length - 1];
    if (group && fit(group[0], segment)) group.push(segment);
    else groups.push([segment]);
  });
  return groups.map((group, i) => ({
    segments: group,
    from: i === 0 ? asked.from : group[0].start,
    // So a gap between two files is the end of the first.
    to: i === groups.length - 1 ? asked.to : groups[i + 1][0].start,
  }));
}

/**
 * @param {Segment[]} segments at least one
 * @returns {number} when the last one ends
 */
export function endOf(segments) {
  const last = segments[segments.length - 1];
  return last.start + last.duration;
}

/**
 * Return how long a piece may be so that it stays below `most` bytes: whole minutes, at least one.
 * @param {Segment[]} segments
 * @param {number} bytes of them
 * @param {number} most
 * @returns {number} ms
 */
export function longest(segments, bytes, most) {
  const length = segments.reduce((sum, segment) => sum + segment.duration, 0);
  return Math.max(1, Math.floor((length * most) / bytes / 60000)) * 60000;
}

/**
 * @param {string} station
 * @param {number} start
 * @param {number} end
 * @param {string} timeZone
 * @returns {string} `034-012_2026-11-29_14-05-00_14-10-04.mp4`, by the election's clock
 */
export function fileName(station, start, end, timeZone) {
  const time = (/** @type {number} */ moment) => {
    const { hour, minute, second } = civil(moment, timeZone);
    return [hour, minute, second].map((each) => String(each).padStart(2, "0")).join("-");
  };
  return `${station}_${civil(start, timeZone).date}_${time(start)}_${time(end)}.mp4`;
}
