// Draws a day as a line: its hours, what is missing, and where the recording began anew; the last two also in words.

import { part } from "../page.js";
import { fill } from "../text.js";
import { momentAt } from "./zone.js";

export class Chart {
  /** @param {import("./look_back.js").LookBack} line */
  constructor(line) {
    this.line = line;
    this.element = part(line.root, "day__line", HTMLElement);
    this.gaps = part(line.root, "day__gaps", HTMLElement);
    this.gapCount = part(line.root, "day__gap-count", HTMLElement);
    this.restarts = part(line.root, "day__restarts", HTMLElement);
    this.restartCount = part(line.root, "day__restart-count", HTMLElement);
  }

  /**
   * Draw the day that the line shows.
   * @param {import("./timeline.js").Day} day
   */
  draw(day) {
    const { line } = this;
    const { gaps, restarts } = day.renditions[line.rendition];
    this.element.textContent = "";
    gaps.forEach((gap) => this.mark("gap", gap.start, gap.end));
    this.drawHours(day);
    restarts.forEach(({ time }) => this.mark("restart", time, time));
    this.gapCount.textContent = fill(line.texts.gapCount, { number: gaps.length });
    this.list(this.gaps, gaps.map((gap) => line.gapWords(line.texts.gap, gap)));
    this.restartCount.textContent = fill(line.texts.restartCount, { number: restarts.length });
    this.list(this.restarts, restarts.map(({ time, reason }) => `${line.clock(time)}: ${line.reason(reason)}`));
    /** @type {HTMLElement} */ (this.restarts.parentElement).hidden = restarts.length === 0;
  }

  /** @param {import("./timeline.js").Day} day */
  drawHours(day) {
    const { from, to } = this.line.span;
    const every = to - from > 8 * 3600000 ? 3 : 1;
    for (let hour = 0; hour < 24; hour += 1) {
      const moment = momentAt(day.date, hour * 3600, this.line.timeZone);
      if (moment > from && moment < to) {
        const mark = this.mark("hour", moment, moment);
        if (hour % every === 0) {
          const label = document.createElement("span");
          label.className = "day__hour";
          label.textContent = String(hour);
          mark.appendChild(label);
        }
      }
    }
  }

  /**
   * @param {string} kind
   * @param {number} start
   * @param {number} end
   * @returns {HTMLElement}
   */
  mark(kind, start, end) {
    const { from, to } = this.line.span;
    const mark = document.createElement("span");
    mark.className = `day__mark day__mark--${kind}`;
    mark.style.left = `${(100 * (Math.max(start, from) - from)) / (to - from)}%`;
    mark.style.width = `${(100 * (Math.min(end, to) - Math.max(start, from))) / (to - from)}%`;
    this.element.appendChild(mark);
    return mark;
  }

  /**
   * @param {HTMLElement} list
   * @param {string[]} sentences
   */
  list(list, sentences) {
    list.textContent = "";
    sentences.forEach((sentence) => {
      const item = document.createElement("li");
      item.textContent = sentence;
      list.appendChild(item);
    });
  }

  /**
   * @param {PointerEvent} event on the line
   * @returns {number} the moment below it
   */
  momentBelow(event) {
    const { from, to } = this.line.span;
    const { left, width } = this.element.getBoundingClientRect();
    return from + Math.max(0, Math.min(1, (event.clientX - left) / Math.max(1, width))) * (to - from);
  }
}
