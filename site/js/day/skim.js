// Runs through a day in its minute stills, some pictures a second.

import { part } from "../page.js";
import { stillUrl } from "./timeline.js";
import { momentAt } from "./zone.js";

/** Pictures a second, by the choice of speed. */
const SPEEDS = [1, 2, 5, 10];

export class Skim {
  /** @param {import("./look_back.js").LookBack} line */
  constructor(line) {
    this.line = line;
    this.running = false;
    this.timer = 0;
    this.button = part(line.root, "day__skim", HTMLButtonElement);
    this.words = part(line.root, "day__skim-words", HTMLElement);
    this.speed = part(line.root, "day__speed", HTMLSelectElement);
    this.ahead = new Image();
    line.on(this.button, "click", () => (this.running ? this.pause() : this.start()));
    line.on(this.line.picture, "load", () => this.plan());
    line.on(this.line.picture, "error", () => this.plan());
  }

  /** Run from where the thumb is, from the beginning if it stands at the end. */
  start() {
    const { line } = this;
    if (line.day === null || line.day.stills.length === 0) {
      line.say(line.texts.noStills);
      return;
    }
    line.rest();
    line.player.stop();
    this.running = true;
    this.show(true);
    if (this.next(line.moment) === null) line.point(line.span.from - 60000);
    this.step();
  }

  /** Stand still at the picture that is shown. */
  pause() {
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.running = false;
    this.words.textContent = this.line.texts.skim;
    this.button.setAttribute("aria-pressed", "false");
  }

  /** Leave the stills. */
  stop() {
    if (this.running) this.pause();
    this.line.figure.classList.remove("day__figure--large");
  }

  /** @param {boolean} running */
  show(running) {
    this.words.textContent = running ? this.line.texts.pause : this.line.texts.skim;
    this.button.setAttribute("aria-pressed", String(running));
    this.line.figure.classList.add("day__figure--large");
  }

  /**
   * @param {number} moment
   * @returns {number | null} the moment of the next still
   */
  next(moment) {
    const day = /** @type {import("./timeline.js").Day} */ (this.line.day);
    const midnight = momentAt(day.date, 0, day.timeZone);
    const minute = day.stills.find((each) => midnight + each * 60000 > moment);
    return minute === undefined ? null : midnight + minute * 60000;
  }

  /** Show the next still. The one after it is asked for when it has come, so that a slow line slows down the run. */
  step() {
    if (!this.running) return;
    const moment = this.next(this.line.moment);
    if (moment === null) {
      this.pause();
      this.line.say(this.line.texts.theEnd);
      return;
    }
    this.line.point(moment);
    this.line.showStill(moment);
    if (this.line.picture.complete) this.plan();
    const day = /** @type {import("./timeline.js").Day} */ (this.line.day);
    const after = this.next(moment);
    if (after !== null) this.ahead.src = stillUrl(day, Math.round((after - momentAt(day.date, 0, day.timeZone)) / 60000));
  }

  plan() {
    if (!this.running) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.step(), 1000 / (SPEEDS[Number(this.speed.value)] || 2));
  }

  destroy() {
    window.clearTimeout(this.timer);
  }
}
