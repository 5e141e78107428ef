// Writes the beginning of a clip's file: what plays it, when it began, where it is from, what is missing in it. Pure.

import { box, boxesIn, joined, number64, numbers, only, write32 } from "./boxes.js";
import { editsOf, timescaleOf } from "./tracks.js";
import { chapters } from "./wallclock.js";

/** Seconds from 1904, where MP4 begins to count, to 1970. */
const SINCE_1904 = 2082844800;

/**
 * @typedef {object} About what a file says of itself
 * @property {number} start ms since 1970, UTC
 * @property {number} duration ms
 * @property {string} title
 * @property {string} comment
 * @property {import("./wallclock.js").Piece[]} [pieces] between gaps, once they are known
 */

/**
 * @param {Uint8Array} init the clip's first initialisation segment
 * @param {About} about
 * @returns {Uint8Array}
 */
export function headOf(init, about) {
  const moov = only(init, ["moov"]);
  const start = Math.round(about.start);
  const seconds = Math.floor(start / 1000) + SINCE_1904;
  const parts = boxesIn(init, moov.body, moov.end).map((each) => {
    if (each.type === "trak") return trackDated(init, each, seconds);
    const copy = init.slice(each.start, each.end);
    if (each.type === "mvhd") dated(copy, seconds);
    if (each.type === "mvex") return extending(init, each, about.duration);
    return each.type === "udta" ? new Uint8Array(0) : copy;
  });
  const texts = metadata([["\u00a9nam", about.title], ["\u00a9day", new Date(start).toISOString()], ["\u00a9cmt", about.comment]]);
  const said = box("udta", texts, chapters(about.pieces || []));
  return joined([box("ftyp", letters("iso6"), numbers(1), letters("iso6mp41")), box("moov", ...parts, said)]);
}

/**
 * Return the beginning with what is left of `length` bytes filled up; of a comment that is too long for them whole lines are left out.
 * @param {Uint8Array} init
 * @param {About} about
 * @param {number} length that a shorter comment fitted in
 * @returns {Uint8Array}
 */
export function filledHeadOf(init, about, length) {
  const lines = about.comment.split("\n");
  for (;;) {
    const head = headOf(init, Object.assign({}, about, { comment: lines.join("\n") }));
    const left = length - head.length - 8;
    if (left >= 0) return joined([head, box("free", new Uint8Array(left))]);
    if (lines.length === 1) throw new Error("the beginning is too long");
    if (lines[lines.length - 1] === "…") lines.pop();
    lines[lines.length - 1] = "…";
  }
}

/**
 * @param {Uint8Array} init
 * @param {import("./boxes.js").Box} mvex
 * @param {number} duration ms
 * @returns {Uint8Array} with the length of the film
 */
function extending(init, mvex, duration) {
  const rest = boxesIn(init, mvex.body, mvex.end).filter((each) => each.type !== "mehd").map((each) => init.slice(each.start, each.end));
  return box("mvex", box("mehd", numbers(0x01000000), number64(Math.round((duration * timescaleOf(init)) / 1000))), ...rest);
}

/**
 * @param {Uint8Array} init
 * @param {import("./boxes.js").Box} trak
 * @param {number} seconds since 1904
 * @returns {Uint8Array} the track with the time at which it was made; nothing delays it, for the fragments' times do
 */
function trackDated(init, trak, seconds) {
  const copy = init.slice(trak.start, trak.end);
  [["tkhd"], ["mdia", "mdhd"]].forEach((path) => {
    const header = only(init, path, trak);
    dated(copy.subarray(header.start - trak.start, header.end - trak.start), seconds);
  });
  const { cut } = editsOf(init, trak);
  const edits = box("edts", box("elst", numbers(0, 1, 0, cut, 0x00010000)));
  /** @type {Uint8Array[]} */ const parts = [];
  boxesIn(copy, trak.body - trak.start).forEach((each) => {
    if (each.type !== "edts") parts.push(copy.slice(each.start, each.end));
    if (each.type === "tkhd" && cut > 0) parts.push(edits);
  });
  return box("trak", ...parts);
}

/**
 * Write when it was made into an `mvhd`, `tkhd` or `mdhd`.
 * @param {Uint8Array} header the whole box
 * @param {number} seconds since 1904
 */
function dated(header, seconds) {
  const wide = header[8] !== 0;
  [0, 1].forEach((i) => {
    write32(header, 12 + i * (wide ? 8 : 4) + (wide ? 4 : 0), seconds);
  });
}

/**
 * @param {string} text ASCII
 * @returns {Uint8Array}
 */
function letters(text) {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/**
 * Return texts about the film as players show them.
 * @param {[string, string][]} texts
 * @returns {Uint8Array} `meta`
 */
function metadata(texts) {
  const items = texts.map(([type, text]) => box(type, box("data", numbers(1, 0), new TextEncoder().encode(text))));
  const handler = box("hdlr", numbers(0, 0), letters("mdirappl"), numbers(0, 0), new Uint8Array(1));
  return box("meta", numbers(0), handler, box("ilst", ...items));
}
