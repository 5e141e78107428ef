// What an initialisation segment says of its tracks: how each is coded, its clock, what delays it (ISO/IEC 14496-12 8). Pure.

import { boxesIn, name, only, read32, read64 } from "./boxes.js";

/**
 * A track of an initialisation segment.
 * @typedef {object} Track
 * @property {number} id
 * @property {string} kind `vide` or `soun`
 * @property {number} timescale
 * @property {Uint8Array} entry says how it is coded
 * @property {number} late how long after the recording's clock began its own times begin (s)
 * @property {number} cut what is cut off from its beginning (s)
 */

/**
 * @param {Uint8Array} init
 * @returns {Track[]}
 */
export function tracksOf(init) {
  const moov = only(init, ["moov"]);
  return boxesIn(init, moov.body, moov.end).filter((each) => each.type === "trak").map((trak) => {
    const header = only(init, ["tkhd"], trak);
    const media = only(init, ["mdia", "mdhd"], trak);
    const stsd = only(init, ["mdia", "minf", "stbl", "stsd"], trak);
    const timescale = read32(init, media.body + (init[media.body] === 0 ? 12 : 20));
    const { late, cut } = editsOf(init, trak);
    return {
      id: read32(init, header.body + (init[header.body] === 0 ? 12 : 20)),
      kind: name(init, only(init, ["mdia", "hdlr"], trak).body + 8),
      timescale,
      entry: init.slice(stsd.body, stsd.end),
      late: late / timescaleOf(init),
      cut: cut / timescale,
    };
  });
}

/**
 * Read a track's edit list (14496-12 8.6.6). A recorder writes into it by how much sound and pictures are apart.
 * @param {Uint8Array} init
 * @param {import("./boxes.js").Box} trak
 * @returns {{late: number, cut: number}} `late` in the film's ticks, `cut` in the track's
 */
export function editsOf(init, trak) {
  const edts = boxesIn(init, trak.body, trak.end).find((each) => each.type === "edts");
  if (edts === undefined) return { late: 0, cut: 0 };
  const { body } = only(init, ["elst"], edts);
  const wide = init[body] !== 0;
  let late = 0;
  for (let i = 0, at = body + 8; i < read32(init, body + 4); i += 1, at += wide ? 20 : 12) {
    // An edit whose time is -1 shows nothing.
    if ((read32(init, at + (wide ? 8 : 4)) | 0) !== -1) return { late, cut: wide ? read64(init, at + 8) : read32(init, at + 4) };
    late += wide ? read64(init, at) : read32(init, at);
  }
  return { late, cut: 0 };
}

/**
 * @param {Uint8Array} init
 * @returns {number} ticks a second of the film
 */
export function timescaleOf(init) {
  const header = only(init, ["moov", "mvhd"]);
  return read32(init, header.body + (init[header.body] === 0 ? 12 : 20));
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 * @returns {boolean}
 */
function same(one, other) {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

/**
 * Whether segments of these two initialisation segments can stand in one file.
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 * @returns {boolean}
 */
export function fitTogether(one, other) {
  const [tracks, others] = [tracksOf(one), tracksOf(other)];
  return tracks.length === others.length && tracks.every((track, i) => (
    track.id === others[i].id && track.kind === others[i].kind && track.timescale === others[i].timescale && same(track.entry, others[i].entry)
  ));
}
