// Says the time of day within a clip's file: of each fragment of pictures, and of each piece behind a gap. Pure.

import { box, joined, number64, numbers } from "./boxes.js";

/** Seconds from 1900, where NTP begins to count, to 1970. */
const SINCE_1900 = 2208988800;
/** The time is that of what the pictures show, but for a small offset that is always the same (14496-12 8.16.5). */
const CAPTURED = 0x000018;
/** Chapters are counted in one byte. */
const MOST = 255;

/** Bytes that the time of a fragment takes. */
export const TIME_LENGTH = 32;

/** @typedef {{at: number, moment: number}} Piece what follows a gap: its position in the film (s), its time (ms since 1970) */

/**
 * Return what stands in front of a fragment and says the time of its first picture: a producer reference time.
 * @param {number} track
 * @param {number} moment ms since 1970
 * @param {number} mediaTime the same on the track's own clock, in its ticks
 * @returns {Uint8Array} `TIME_LENGTH` bytes
 */
export function fragmentTime(track, moment, mediaTime) {
  const seconds = Math.floor(moment / 1000);
  // NTP's fraction of a second goes up to 2 ** 32.
  const fraction = Math.floor(((moment - 1000 * seconds) / 1000) * 4294967296);
  return box("prft", numbers(0x01000000 | CAPTURED, track, seconds + SINCE_1900, fraction), number64(mediaTime));
}

/**
 * Return pieces as chapters, each named by its time in UTC. MP4 itself knows none as simple; players read Nero's.
 * @param {Piece[]} pieces of more than 255 the first
 * @returns {Uint8Array} `chpl`, nothing where there are none
 */
export function chapters(pieces) {
  if (pieces.length === 0) return new Uint8Array(0);
  const rows = pieces.slice(0, MOST).map(({ at, moment }) => {
    const title = new TextEncoder().encode(new Date(Math.round(moment)).toISOString());
    // In units of 100 ns.
    return joined([number64(Math.round(at * 1e7)), Uint8Array.of(title.length), title]);
  });
  return box("chpl", numbers(0x01000000, 0), Uint8Array.of(rows.length), ...rows);
}
