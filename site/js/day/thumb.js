// The thumb below the line of a day: dragged or moved by keys, it speaks the time of day; where it rests is played.

import { part } from "../page.js";

/** What keys move it by (s). */
const STEP = 10;
const PAGE = 60;
/** Keys that are held down move the thumb; the video follows when they rest (ms). */
const SETTLED = 350;

export class Thumb {
  /** @param {import("./look_back.js").LookBack} line */
  constructor(line) {
    this.line = line;
    this.slider = part(line.root, "day__slider", HTMLInputElement);
    /** The moment the viewer is choosing; null while the thumb follows the picture. @type {number | null} */
    this.choosing = null;
    this.settling = 0;
    line.on(this.slider, "input", () => this.move(line.span.from + Number(this.slider.value) * 1000));
    line.on(this.slider, "change", () => this.settle());
    line.on(this.slider, "keydown", (event) => this.pressed(/** @type {KeyboardEvent} */ (event)));
  }

  /** The line is as long as `span`. @param {{from: number, to: number}} span */
  measure({ from, to }) {
    this.slider.max = String(Math.floor((to - from) / 1000));
  }

  /**
   * @param {number} moment
   * @param {string} words what is spoken
   */
  place(moment, words) {
    this.slider.value = String(Math.round((moment - this.line.span.from) / 1000));
    this.slider.setAttribute("aria-valuetext", words);
  }

  /**
   * Show where it points to, and nothing else yet.
   * @param {number} moment
   */
  move(moment) {
    const { span } = this.line;
    this.choosing = Math.max(span.from, Math.min(span.to, moment));
    this.line.point(this.choosing);
  }

  settle() {
    window.clearTimeout(this.settling);
    this.settling = window.setTimeout(() => { if (this.choosing !== null) this.line.go(this.choosing); }, SETTLED);
  }

  /** What it was moved to is not wanted any more. */
  rest() {
    window.clearTimeout(this.settling);
    this.choosing = null;
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const steps = event.key === "PageUp" ? PAGE : event.key === "PageDown" ? -PAGE : event.key === "ArrowUp" || event.key === "ArrowRight" ? STEP
      : event.key === "ArrowDown" || event.key === "ArrowLeft" ? -STEP : 0;
    if (steps === 0) return;
    event.preventDefault();
    this.move((this.choosing === null ? this.line.moment : this.choosing) + steps * 1000);
    this.settle();
  }
}
