// The choice of a day above the line, where there are several; a station that is shown past midnight gets its next one.

import { part } from "../page.js";
import { dayAfter, fetchDay, nextDate } from "./days.js";
import { drawnOf } from "./recording.js";
import { dateWords } from "./zone.js";

/** @typedef {import("./timeline.js").Day} Day */

export class DayChoice {
  /** @param {import("./look_back.js").LookBack} line */
  constructor(line) {
    this.line = line;
    this.select = part(line.root, "day__days", HTMLSelectElement);
    /** The last day there is. @type {Day | null} */
    this.last = null;
    line.on(this.select, "change", () => this.open(this.select.value));
  }

  /** @param {Day} day that can be chosen from now on, after all others */
  offer(day) {
    this.last = day;
    this.select.add(new Option(dateWords(day.date, this.line.texts), day.date));
    /** @type {HTMLElement} */ (this.select.parentElement).hidden = this.select.length < 2;
  }

  /** @param {Day} day as it was fetched last */
  renew(day) {
    if (this.last !== null && this.last.date === day.date) this.last = day;
  }

  /** Play a day from its beginning. @param {string} date */
  async open(date) {
    const { line } = this;
    line.skim.stop();
    line.thumb.rest();
    line.say(line.texts.loading);
    const day = await fetchDay(line.station, date).catch(() => null);
    // Meanwhile another one may have been chosen.
    if (this.select.value !== date || line.listening.signal.aborted) return;
    if (day === null) {
      this.select.value = line.day === null ? "" : line.day.date;
      line.say(line.texts.noDay);
      return;
    }
    line.say("");
    line.take(day);
    line.go(line.span.from);
  }

  /**
   * Play the next day, where the station was still shown at the end of this one.
   * @param {Day} day
   * @returns {boolean} whether there is one
   */
  goOn(day) {
    const next = nextDate(day);
    if (next === null || Array.from(this.select.options).every(({ value }) => value !== next)) return false;
    this.select.value = next;
    this.open(next);
    return true;
  }

  /** Offer the next day once it has begun and there is something of it. */
  async lookFurther() {
    if (this.last === null) return;
    const next = await dayAfter(this.last, this.line.now());
    if (next !== null && next.date > this.last.date && drawnOf(next, "sub") !== null) this.offer(next);
  }
}
