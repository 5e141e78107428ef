// The still below the line of a day, with its time in words: of where the thumb or the pointer is.

import { part } from "../page.js";
import { fill } from "../text.js";
import { gapAt, restartNear, stillAt } from "./recording.js";
import { stillUrl } from "./timeline.js";

/** @typedef {import("./timeline.js").Day} Day */

/** The pointer is near to what is less than this part of the line away. */
const FINGER = 150;

export class Preview {
  /** @param {import("./look_back.js").LookBack} line */
  constructor(line) {
    this.line = line;
    this.figure = part(line.root, "day__figure", HTMLElement);
    this.caption = part(line.root, "day__caption", HTMLElement);
    this.picture = document.createElement("img");
    this.picture.className = "day__picture day__picture--none";
    this.picture.alt = "";
    this.picture.width = 640;
    this.picture.height = 360;
    this.figure.insertBefore(this.picture, this.caption);
    // A still that does not come leaves no broken picture.
    line.on(this.picture, "error", () => this.picture.classList.add("day__picture--none"));
    line.on(line.chart.element, "pointermove", (event) => this.hover(line.chart.momentBelow(/** @type {PointerEvent} */ (event))));
    line.on(line.chart.element, "pointerleave", () => this.hover(null));
  }

  /** @param {number | null} moment what the pointer is over, also in words; null goes back to where the thumb is */
  hover(moment) {
    const { line } = this;
    const { day, span } = line;
    if (day === null || line.skim.running) return;
    this.at(moment === null ? line.moment : moment);
    const restart = moment === null ? null : restartNear(day, line.rendition, moment, (span.to - span.from) / FINGER);
    if (restart !== null) this.caption.textContent = `${line.clock(restart.time)}. ${fill(line.texts.restart, { reason: line.reason(restart.reason) })}`;
  }

  /**
   * Show the still next to `moment`; where nothing was recorded there is none.
   * @param {number} moment
   */
  at(moment) {
    const day = /** @type {Day} */ (this.line.day);
    this.show(gapAt(day, this.line.rendition, moment) ? null : stillAt(day, moment), this.line.momentWords(moment));
  }

  /**
   * @param {number | null} minute of the still, null for none
   * @param {string} words
   */
  show(minute, words) {
    this.picture.classList.toggle("day__picture--none", minute === null);
    if (minute !== null) {
      const url = stillUrl(/** @type {Day} */ (this.line.day), minute);
      if (this.picture.getAttribute("src") !== url) this.picture.src = url;
    }
    this.caption.textContent = words;
  }

  /** @param {boolean} large whether the still takes the whole width */
  enlarge(large) {
    this.figure.classList.toggle("day__figure--large", large);
  }
}
