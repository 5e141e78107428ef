// Says why there is no picture: of the moment that somebody pressed, and of the gaps that playback has jumped over.

import { fill } from "../text.js";
import { crossed, gapAt, goesOnAt } from "./recording.js";

/** @typedef {import("./timeline.js").Day} Day */

/** Pictures further apart (ms) have something between them that was not recorded. */
const LEAP = 5000;

export class GapTeller {
  /** @param {import("./look_back.js").LookBack} line */
  constructor(line) {
    this.line = line;
    /** When the last recorded picture on screen was taken (ms); null after a jump that the viewer wanted. @type {number | null} */
    this.shown = null;
    /** The gap in which the viewer is and of which nobody knows when it ends. @type {import("./timeline.js").Gap | null} */
    this.awaited = null;
  }

  /** The viewer is elsewhere now. */
  forget() {
    this.shown = this.awaited = null;
  }

  /**
   * Say why there is no picture of a moment from which the viewer wants to play, and when it goes on; nothing where there is one.
   * @param {number} moment
   */
  pressed(moment) {
    const { line } = this;
    const { texts } = line;
    const day = /** @type {Day} */ (line.day);
    this.forget();
    const gap = gapAt(day, line.rendition, moment);
    if (gap === null) {
      line.say("");
      return;
    }
    const end = goesOnAt(day, line.rendition, gap);
    if (end !== null) line.say(fill(texts.goesOn, { reason: line.reason(gap.reason), time: line.clock(end) }));
    else if (day.closed) line.say(line.gapWords(texts.without, gap));
    else {
      this.awaited = gap;
      line.say(fill(texts.goesOnSometime, { reason: line.reason(gap.reason) }));
    }
  }

  /** A picture is on screen: what was waited for has come, recorded or live. */
  arrived() {
    const { awaited, line } = this;
    const { program, lastPicture, showingStill, state } = line.player;
    if (awaited === null || showingStill || state.phase !== "playing" || (!program.live && lastPicture === null)) return;
    this.awaited = null;
    const { texts } = line;
    line.say(program.live ? "" : fill(texts.goesOn, { reason: line.reason(awaited.reason), time: line.clock(Number(lastPicture)) }));
  }

  /**
   * Say once which gaps lie between this recorded picture and the one that was on screen before.
   * @param {number} picture
   */
  async crossed(picture) {
    const { line, shown: before } = this;
    this.shown = picture;
    if (before === null || line.day === null) return;
    const gaps = () => crossed(/** @type {Day} */ (line.day), line.rendition, before, picture);
    // A gap of the last minute may not be in the time line yet that was fetched last.
    if (gaps().length === 0 && picture - before > LEAP) await line.refresh().catch(() => undefined);
    if (gaps().length > 0) line.say(gaps().map((gap) => line.gapWords(line.texts.crossed, gap)).join(" "));
  }
}
