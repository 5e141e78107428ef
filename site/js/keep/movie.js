// Puts published segments together to one MP4 whose time is the wall clock since its start. Pure: bytes in, bytes out.
//
// The samples stay as they are, byte by byte. New are the fragments' times, since each recording begins its own clock, and
// their numbers. A time without pictures stays one: the picture before it stands. What is coded in another way, such as in
// another size, does not fit into the same file: few players could show it.

import { box, boxesIn, joined, name, number64, numbers, only, read32, read64, write32 } from "./boxes.js";

/** A recording whose clock is further off than this (s) is another one, whatever the playlist says. */
const ASTRAY = 1;

/** Sound that begins more before the clip (s) is left out; less is within what nobody hears. */
const EARLY = 0.1;

/** Seconds from 1904, where MP4 begins to count, to 1970. */
const SINCE_1904 = 2082844800;

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
function tracksOf(init) {
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
function editsOf(init, trak) {
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
function timescaleOf(init) {
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

export class Movie {
  /**
   * @param {Uint8Array} init the initialisation segment; all others of the clip fit to it
   * @param {{start: number, duration: number, title: string, comment: string}} about `start` in ms since 1970, `duration` in ms
   */
  constructor(init, about) {
    this.init = init;
    this.about = about;
    this.tracks = tracksOf(init);
    /** What to add to a recording's own clock, in seconds. */
    this.shift = 0;
    this.recording = true;
    this.delays = this.delaysOf(init);
    this.fragments = 0;
    this.length = 0;
    /** @type {{time: number, offset: number}[]} */
    this.index = [];
  }

  /** @returns {Uint8Array} the beginning of the file */
  head() {
    const { init } = this;
    const moov = only(init, ["moov"]);
    const seconds = Math.floor(this.about.start / 1000) + SINCE_1904;
    const parts = boxesIn(init, moov.body, moov.end).map((each) => {
      if (each.type === "trak") return trackDated(init, each, seconds);
      const copy = init.slice(each.start, each.end);
      if (each.type === "mvhd") dated(copy, seconds);
      if (each.type === "mvex") return this.mvex(init, each);
      return each.type === "udta" ? new Uint8Array(0) : copy;
    });
    return this.written(joined([
      box("ftyp", letters("iso6"), numbers(1), letters("iso6mp41")),
      box("moov", ...parts, metadata([["\u00a9nam", this.about.title], ["\u00a9day", new Date(this.about.start).toISOString()], ["\u00a9cmt", this.about.comment]])),
    ]));
  }

  /**
   * @param {Uint8Array} init
   * @param {import("./boxes.js").Box} mvex
   * @returns {Uint8Array} with the length of the film
   */
  mvex(init, mvex) {
    const timescale = timescaleOf(init);
    const rest = boxesIn(init, mvex.body, mvex.end).filter((each) => each.type !== "mehd").map((each) => init.slice(each.start, each.end));
    return box("mvex", box("mehd", numbers(0x01000000), number64(Math.round((this.about.duration * timescale) / 1000))), ...rest);
  }

  /**
   * Another recording follows, with a clock of its own.
   * @param {Uint8Array} init its initialisation segment, which fits to the clip's
   */
  discontinuity(init) {
    this.recording = true;
    this.delays = this.delaysOf(init);
  }

  /**
   * @param {Uint8Array} init
   * @returns {number[]} what to add to the times in a recording's tracks so that they share its clock, in seconds
   */
  delaysOf(init) {
    return tracksOf(init).map(({ late, cut }, i) => late - cut + this.tracks[i].cut);
  }

  /**
   * @param {Uint8Array} segment
   * @param {number} start wall-clock time of its first picture (ms since 1970)
   * @returns {Uint8Array} what follows in the file
   */
  segment(segment, start) {
    /** @type {Uint8Array[]} */ const parts = [];
    let written = 0;
    boxesIn(segment).forEach((each) => {
      if (each.type !== "moof" && each.type !== "mdat") return;
      const part = each.type === "moof" ? this.moof(segment, each, start, written) : segment.slice(each.start, each.end);
      parts.push(part);
      written += part.length;
    });
    return this.written(joined(parts));
  }

  /**
   * @param {Uint8Array} segment
   * @param {import("./boxes.js").Box} moof
   * @param {number} start
   * @param {number} before bytes of this segment in front of it
   * @returns {Uint8Array}
   */
  moof(segment, moof, start, before) {
    const { tracks } = this;
    const trafs = boxesIn(segment, moof.body, moof.end).filter((each) => each.type === "traf");
    const numberOf = (/** @type {import("./boxes.js").Box} */ traf) => read32(segment, only(segment, ["tfhd"], traf).body + 4);
    const timeOf = (/** @type {import("./boxes.js").Box} */ traf) => {
      const tfdt = only(segment, ["tfdt"], traf);
      return segment[tfdt.body] === 0 ? read32(segment, tfdt.body + 4) : read64(segment, tfdt.body + 4);
    };
    if (before === 0) {
      // The clip's clock is that of the pictures.
      const video = trafs.find((traf) => tracks.some((track) => track.id === numberOf(traf) && track.kind === "vide"));
      const first = video === undefined ? trafs[0] : video;
      const track = tracks.find((each) => each.id === numberOf(first)) || tracks[0];
      const wanted = (start - this.about.start) / 1000;
      const own = timeOf(first) / track.timescale + this.delays[tracks.indexOf(track)];
      // A recording keeps its shift, so that no rounding comes between its pictures.
      if (this.recording || Math.abs(own + this.shift - wanted) > ASTRAY) this.shift = wanted - own;
      this.recording = false;
    }
    /** @type {Uint8Array[][]} */ const made = [];
    trafs.forEach((traf) => {
      const track = tracks.find((each) => each.id === numberOf(traf)) || tracks[0];
      const wanted = timeOf(traf) + Math.round((this.shift + this.delays[tracks.indexOf(track)]) * track.timescale);
      if (track.kind !== "vide" && wanted < -EARLY * track.timescale) return;
      const time = Math.max(0, wanted);
      if (track.kind === "vide") this.index.push({ time, offset: this.length + before });
      made.push(boxesIn(segment, traf.body, traf.end).map((each) => {
        if (each.type === "tfdt") return box("tfdt", numbers(0x01000000), number64(time));
        return segment.slice(each.start, each.end);
      }));
    });
    this.fragments += 1;
    const header = box("mfhd", numbers(0, this.fragments));
    const size = 8 + header.length + made.reduce((sum, boxes) => sum + 8 + boxes.reduce((length, each) => length + each.length, 0), 0);
    // Samples are found by their distance from the beginning of this box, which has another length now.
    made.forEach((boxes) => boxes.forEach((each) => {
      if (name(each, 4) === "trun" && (read32(each, 8) & 1) !== 0) write32(each, 16, read32(each, 16) + size - (moof.end - moof.start));
    }));
    return box("moof", header, ...made.map((boxes) => box("traf", ...boxes)));
  }

  /** @returns {Uint8Array} the end of the file: where each fragment of pictures begins, for seeking (14496-12 8.8.9) */
  tail() {
    const video = this.tracks.find((track) => track.kind === "vide") || this.tracks[0];
    const rows = this.index.map(({ time, offset }) => joined([number64(time), number64(offset), Uint8Array.of(1, 1, 1)]));
    const tfra = box("tfra", numbers(0x01000000, video.id, 0, rows.length), ...rows);
    return this.written(box("mfra", tfra, box("mfro", numbers(0, 8 + tfra.length + 16))));
  }

  /**
   * @param {Uint8Array} bytes
   * @returns {Uint8Array}
   */
  written(bytes) {
    this.length += bytes.length;
    return bytes;
  }
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
 * @returns {Uint8Array} `udta`
 */
function metadata(texts) {
  const items = texts.map(([type, text]) => box(type, box("data", numbers(1, 0), new TextEncoder().encode(text))));
  const handler = box("hdlr", numbers(0, 0), letters("mdirappl"), numbers(0, 0), new Uint8Array(1));
  return box("udta", box("meta", numbers(0), handler, box("ilst", ...items)));
}
