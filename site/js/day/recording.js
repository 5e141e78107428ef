// Where a moment lies in what was recorded: which playlist holds it, at which position, and what comes after a gap. Pure.

import { momentAt } from "./zone.js";

/** @typedef {import("./timeline.js").Day} Day */

/** @typedef {{url: string, begin: number, end: number}} Part a playlist and the time it covers (ms) */

/**
 * A piece of a playlist: where it stands in the media (seconds) and on the clock (ms), and whether there is none.
 * @typedef {{start: number, duration: number, moment: number, gap: boolean}} Piece
 */

const HOUR = 3600;

/**
 * Return the rendition to play, the wanted one where it was recorded.
 * @param {Day} day
 * @param {string} wanted
 * @returns {string | null}
 */
export function renditionOf(day, wanted) {
  const has = (/** @type {string} */ name) => name in day.renditions && day.renditions[name].hours.length > 0;
  return [wanted, "sub", "main"].find(has) || null;
}

/**
 * Return the rendition to draw: one that was recorded, else one whose gaps say why nothing was; null if nothing is known.
 * @param {Day} day
 * @param {string} wanted
 * @returns {string | null}
 */
export function drawnOf(day, wanted) {
  const known = (/** @type {string} */ name) => name in day.renditions && day.renditions[name].gaps.length > 0;
  return renditionOf(day, wanted) || [wanted, "sub", "main"].find(known) || null;
}

/**
 * Return the playlists of a rendition in order: one of the whole day once it is closed, else one an hour.
 * @param {Day} day
 * @param {string} rendition
 * @returns {Part[]}
 */
export function partsOf(day, rendition) {
  const { dayUrl, hours } = day.renditions[rendition];
  const parts = hours.map(({ hour, url }) => ({
    url, begin: momentAt(day.date, hour * HOUR, day.timeZone), end: momentAt(day.date, (hour + 1) * HOUR, day.timeZone),
  }));
  if (dayUrl === null || parts.length === 0) return parts;
  return [{ url: dayUrl, begin: parts[0].begin, end: parts[parts.length - 1].end }];
}

/**
 * Return the part that holds `moment`, else the first one after it, else null.
 * @param {Part[]} parts
 * @param {number} moment
 * @returns {Part | null}
 */
export function partAt(parts, moment) {
  return parts.find((part) => moment < part.end) || null;
}

/**
 * Return the position of `moment` in seconds; where there is no picture that of the next one; null if none follows.
 * @param {Piece[]} pieces
 * @param {number} moment
 * @returns {number | null}
 */
export function positionOf(pieces, moment) {
  const piece = pieces.find((each) => !each.gap && each.moment + each.duration * 1000 > moment);
  return piece ? piece.start + Math.max(0, moment - piece.moment) / 1000 : null;
}

/**
 * Return the moment at `position` (seconds), null outside of the pieces.
 * @param {Piece[]} pieces
 * @param {number} position
 * @returns {number | null}
 */
export function momentOf(pieces, position) {
  const piece = pieces.find((each) => position >= each.start && position < each.start + each.duration);
  return piece && !piece.gap ? piece.moment + (position - piece.start) * 1000 : null;
}

/** So near to a gap (s) playback does not wait for its end. */
const NEAR = 0.35;

/**
 * Return where to jump when playback at `position` has come to a gap, Infinity if no picture of these pieces follows; null
 * if it has not come to one.
 * @param {Piece[]} pieces
 * @param {number} position seconds
 * @returns {number | null}
 */
export function beyondGap(pieces, position) {
  const here = pieces.findIndex((each) => position + NEAR < each.start + each.duration);
  if (here < 0 || !pieces[here].gap) return null;
  const next = pieces.slice(here).find((each) => !each.gap);
  return next ? next.start : Infinity;
}

/**
 * Return the gap of the day at `moment`, if the rendition has one there.
 * @param {Day} day
 * @param {string} rendition
 * @param {number} moment
 * @returns {import("./timeline.js").Gap | null}
 */
export function gapAt(day, rendition, moment) {
  return day.renditions[rendition].gaps.find((gap) => gap.start <= moment && moment < gap.end) || null;
}

/**
 * Return the gaps that playback jumped over between two pictures that followed each other on screen.
 * @param {Day} day
 * @param {string} rendition
 * @param {number} before when the first one was taken (ms)
 * @param {number} after when the second one was taken
 * @returns {import("./timeline.js").Gap[]}
 */
export function crossed(day, rendition, before, after) {
  return day.renditions[rendition].gaps.filter(({ start, end }) => before < (start + end) / 2 && (start + end) / 2 < after);
}

/** Gaps closer than this (ms) follow each other without a picture in between. */
const NEXT_TO = 1000;
/** A gap that has not grown for so long (ms) before the timeline was written is over; a running one grows every few seconds. */
const GROWS = 120000;

/**
 * Return when there are pictures again after a gap of the day; null where none follow, and while nobody can know.
 * @param {Day} day
 * @param {string} rendition
 * @param {import("./timeline.js").Gap} gap
 * @returns {number | null}
 */
export function goesOnAt(day, rendition, gap) {
  const { gaps, restarts } = day.renditions[rendition];
  let { end } = gap;
  // One reason may follow another.
  gaps.forEach((next) => { if (next.start >= gap.start && next.start < end + NEXT_TO) end = Math.max(end, next.end); });
  if (day.closed) return day.closedAt === null || end + NEXT_TO < day.closedAt ? end : null;
  const recorded = gaps.some(({ start }) => start >= end) || restarts.some(({ time }) => time + NEXT_TO >= end);
  return recorded || day.written - end > GROWS ? end : null;
}

/**
 * Return the restart of the recording that is nearest to `moment`, not further away than `most`; null if there is none.
 * @param {Day} day
 * @param {string} rendition
 * @param {number} moment
 * @param {number} most ms
 * @returns {{time: number, reason: string} | null}
 */
export function restartNear(day, rendition, moment, most) {
  const away = (/** @type {{time: number}} */ restart) => Math.abs(restart.time - moment);
  const near = day.renditions[rendition].restarts.filter((restart) => away(restart) <= most);
  return near.length === 0 ? null : near.reduce((one, other) => (away(other) < away(one) ? other : one));
}

/**
 * Return the time that the line shows: from the first still or gap to the end, or to `now` while the day goes on.
 * @param {Day} day
 * @param {string} rendition
 * @param {number} now
 * @returns {{from: number, to: number}}
 */
export function spanOf(day, rendition, now) {
  const { hours, gaps } = day.renditions[rendition];
  const first = Math.min(gaps.length > 0 ? gaps[0].start : Infinity, day.stills.length > 0 ? momentAt(day.date, day.stills[0] * 60, day.timeZone) : Infinity);
  const hour = momentAt(day.date, hours.length > 0 ? hours[0].hour * HOUR : 0, day.timeZone);
  const midnight = momentAt(day.date, 24 * HOUR, day.timeZone);
  // A gap may have begun the day before.
  const from = first === Infinity ? hour : Math.max(first, momentAt(day.date, 0, day.timeZone));
  const end = day.closed ? day.closedAt === null ? midnight : day.closedAt : now;
  return { from, to: Math.max(from + 60000, Math.min(end, midnight)) };
}

/**
 * Return the minute of the newest still at or before `moment`, not older than `most` minutes; null if there is none.
 * @param {Day} day
 * @param {number} moment
 * @param {number} [most]
 * @returns {number | null}
 */
export function stillAt(day, moment, most = 2) {
  const minute = Math.floor((moment - momentAt(day.date, 0, day.timeZone)) / 60000);
  let found = null;
  for (const each of day.stills) {
    if (each > minute) break;
    found = each;
  }
  return found !== null && minute - found <= most ? found : null;
}
