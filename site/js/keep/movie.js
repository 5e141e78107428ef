// Puts published segments together to one MP4 whose time is the wall clock since its start. Pure: bytes in, bytes out.
//
// The samples stay as they are, byte by byte. New are the fragments' times, since each recording begins its own clock, and
// their numbers. A time without pictures stays one: the picture before it stands. What is coded in another way, such as in
// another size, does not fit into the same file: few players could show it.

import { box, boxesIn, joined, name, number64, numbers, only, read32, read64, write32 } from "./boxes.js";
import { filledHeadOf, headOf } from "./head.js";
import { CLOSE } from "./plan.js";
import { tracksOf } from "./tracks.js";
import { fragmentTime, TIME_LENGTH } from "./wallclock.js";

/** A recording whose clock is further off than this (s) is another one, whatever the playlist says. */
const ASTRAY = 1;

/** Sound that begins more before the clip (s) is left out; less is within what nobody hears. */
const EARLY = 0.1;

/** So much is left free (bytes) for what is known in the end: the times of the pieces, what could not be fetched. */
const ROOM = 24576;

export class Movie {
  /**
   * @param {Uint8Array} init the initialisation segment; all others of the clip fit to it
   * @param {import("./head.js").About} about
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
    this.headLength = 0;
    /** Where the pictures of this segment begin in the file, in their track's ticks. */
    this.segmentBegan = NaN;
    /** @type {{time: number, offset: number}[]} */
    this.index = [];
    /** What lies between gaps. @type {import("./wallclock.js").Piece[]} */
    this.pieces = [];
    /** When the last segment ended (ms since 1970). */
    this.end = -Infinity;
  }

  /** @returns {Uint8Array} the beginning of the file, with room for what is known in the end */
  head() {
    this.headLength = headOf(this.init, this.about).length + ROOM;
    return this.written(filledHeadOf(this.init, this.about, this.headLength));
  }

  /**
   * @param {string} comment that is known only now
   * @returns {Uint8Array} what the file begins with instead, equally long
   */
  headWith(comment) {
    return filledHeadOf(this.init, Object.assign({}, this.about, { comment, pieces: this.pieces }), this.headLength);
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
   * @param {number} duration ms
   * @returns {Uint8Array[]} what follows in the file; the samples are those of `segment`, not a copy
   */
  segment(segment, start, duration) {
    this.segmentBegan = NaN;
    /** @type {Uint8Array[]} */ const parts = [];
    let written = 0;
    boxesIn(segment).forEach((each) => {
      if (each.type !== "moof" && each.type !== "mdat") return;
      const part = each.type === "moof" ? this.moof(segment, each, start, written) : segment.subarray(each.start, each.end);
      parts.push(part);
      written += part.length;
    });
    this.length += written;
    this.end = start + duration;
    return parts;
  }

  /**
   * @param {Uint8Array} segment
   * @param {import("./boxes.js").Box} moof
   * @param {number} start
   * @param {number} before bytes of this segment in front of it
   * @returns {Uint8Array} with its time in front of it
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
    /** What says its time. @type {Uint8Array[]} */ const clock = [];
    /** @type {Uint8Array[][]} */ const made = [];
    trafs.forEach((traf) => {
      const track = tracks.find((each) => each.id === numberOf(traf)) || tracks[0];
      const wanted = timeOf(traf) + Math.round((this.shift + this.delays[tracks.indexOf(track)]) * track.timescale);
      if (track.kind !== "vide" && wanted < -EARLY * track.timescale) return;
      const time = Math.max(0, wanted);
      if (track.kind === "vide") {
        this.index.push({ time, offset: this.length + before + TIME_LENGTH });
        clock.push(this.clockAt(track, time, start));
      }
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
    return joined([...clock, box("moof", header, ...made.map((boxes) => box("traf", ...boxes)))]);
  }

  /**
   * Say when a fragment was recorded; one behind a gap begins another piece. The time is what was published of its segment,
   * also where the recording's own clock would say another.
   * @param {import("./tracks.js").Track} track
   * @param {number} time of the fragment in the file, in the track's ticks
   * @param {number} start of its segment
   * @returns {Uint8Array}
   */
  clockAt(track, time, start) {
    if (Number.isNaN(this.segmentBegan)) {
      this.segmentBegan = time;
      if (start - this.end > CLOSE) this.pieces.push({ at: time / track.timescale, moment: start });
    }
    const moment = start + ((time - this.segmentBegan) * 1000) / track.timescale;
    return fragmentTime(track.id, moment, time + Math.round(track.cut * track.timescale));
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
