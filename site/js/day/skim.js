// Runs through a day in its minute stills, some pictures a second; stops at each gap long enough to read of it.

import { dayCost } from "../player/saver.js";
import { part } from "../page.js";
import { fill } from "../text.js";
import { stillUrl } from "./timeline.js";
import { momentAt } from "./zone.js";

/** @typedef {import("./timeline.js").Day} Day */

/** Pictures a second, by the choice of speed. */
const SPEEDS = [1, 2, 5, 10];
/** So long (ms) the words of a gap stand in the place of a picture. */
const READING = 2000;

export class Skim {
  /** @param {import("./look_back.js").LookBack} line */
  constructor(line) {
    this.line = line;
    this.running = false;
    this.timer = 0;
    /** When the last still was taken, and when the last gap began that was shown (ms). */
    this.still = this.gap = 0;
    /** Whether a gap is being shown. */
    this.reading = false;
    /** How large a still is on average, and of which day (bytes; 0 while unknown). */
    this.size = { date: "", bytes: 0 };
    this.button = part(line.root, "day__skim", HTMLButtonElement);
    this.words = part(line.root, "day__skim-words", HTMLElement);
    this.speed = part(line.root, "day__speed", HTMLSelectElement);
    this.cost = part(line.root, "day__skim-cost", HTMLElement);
    this.ahead = new Image();
    line.on(this.button, "click", () => (this.running ? this.pause() : this.start()));
    line.on(this.line.preview.picture, "load", () => this.plan());
    line.on(this.line.preview.picture, "error", () => this.plan());
  }

  /** Run from where the thumb is, from the beginning if it stands at the end. */
  start() {
    const { line } = this;
    if (line.day === null || line.day.stills.length === 0) {
      line.say(line.texts.noStills);
      return;
    }
    line.thumb.rest();
    line.player.stop();
    line.still = false;
    this.show(true);
    line.preview.enlarge(true);
    line.say("");
    const begin = this.next(line.moment) === null ? line.span.from - 60000 : line.moment;
    this.still = begin - 1;
    this.gap = begin - 1;
    this.step();
  }

  /** Stand still at the picture that is shown. */
  pause() {
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.reading = false;
    this.show(false);
  }

  /** @param {boolean} running */
  show(running) {
    const { line } = this;
    this.running = running;
    this.words.textContent = running ? line.texts.pause : line.texts.skim;
    this.button.classList.toggle("day__skim--running", running);
    line.message.classList.toggle("day__message--heard", running);
  }

  /** Leave the stills. */
  stop() {
    if (this.running) this.pause();
    this.line.preview.enlarge(false);
  }

  /**
   * @param {number} moment
   * @returns {number | null} the minute of the next still since midnight
   */
  next(moment) {
    const day = /** @type {Day} */ (this.line.day);
    const midnight = momentAt(day.date, 0, day.timeZone);
    const minute = day.stills.find((each) => midnight + each * 60000 > moment);
    return minute === undefined ? null : minute;
  }

  /** Show the next still or gap. The still after it is asked for when it has come, so that a slow line slows down the run. */
  step() {
    if (!this.running) return;
    const { line } = this;
    this.reading = false;
    const day = /** @type {Day} */ (line.day);
    const midnight = momentAt(day.date, 0, day.timeZone);
    const minute = this.next(this.still);
    const until = minute === null ? line.span.to : midnight + minute * 60000;
    const gap = day.renditions[line.rendition].gaps.find(({ start }) => start > this.gap && start <= until);
    if (gap) {
      this.gap = gap.start;
      this.read(gap);
    } else if (minute === null) {
      this.pause();
      line.say(line.texts.theEnd);
    } else {
      this.still = until;
      line.point(until);
      line.preview.show(minute, line.clock(until));
      if (line.preview.picture.complete) this.plan();
      const after = this.next(until);
      if (after !== null) this.ahead.src = stillUrl(day, after);
    }
  }

  /** @param {import("./timeline.js").Gap} gap */
  read(gap) {
    const { line } = this;
    const words = line.gapWords(line.texts.without, gap);
    this.reading = true;
    line.point(gap.start);
    line.preview.show(null, words);
    line.say(words);
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.step(), READING);
  }

  plan() {
    if (!this.running || this.reading) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.step(), 1000 / (SPEEDS[Number(this.speed.value)] || 2));
  }

  /** Say what all pictures of the day cost, by the size of a few of them. */
  async tellCost() {
    const { line } = this;
    const day = /** @type {Day} */ (line.day);
    const { date, stills } = day;
    if (this.size.date !== date) {
      this.size = { date, bytes: 0 };
      this.cost.textContent = "";
    }
    if (stills.length === 0) return;
    if (this.size.bytes === 0) {
      const some = [0, 0.5, 1].map((share) => stills[Math.round(share * (stills.length - 1))]);
      const sizes = await Promise.all(some.map((minute) => sizeOf(stillUrl(day, minute))));
      const known = sizes.filter((size) => size > 0);
      if (known.length === 0 || this.size.date !== date) return;
      this.size.bytes = known.reduce((one, other) => one + other, 0) / known.length;
    }
    const words = fill(line.texts.skimCost, { count: stills.length, size: dayCost(this.size.bytes, stills.length) });
    if (this.cost.textContent !== words) this.cost.textContent = words;
  }

  destroy() {
    window.clearTimeout(this.timer);
  }
}

/**
 * @param {string} url
 * @returns {Promise<number>} bytes, 0 where that is not said
 */
async function sizeOf(url) {
  try {
    const response = await fetch(url, { method: "HEAD" });
    return response.ok ? Number(response.headers.get("content-length")) : 0;
  } catch (_offline) {
    return 0;
  }
}
