// The form that downloads a part of the day: says what it will be, shows how far it is, names what is missing.

import { momentAt, readTimeOfDay } from "../day/zone.js";
import { part } from "../page.js";
import { duration, fill } from "../text.js";
import { download, save, segmentsOf, sizeOf } from "./clip.js";
import { fileName, holes } from "./plan.js";

/** What is offered first (ms). */
const USUAL = 300000;
/** More than this (bytes) is said to need a computer. */
const LARGE = 1e9;

/** @typedef {import("../day/playlist.js").Segment} Segment */

export class Keep {
  /** @param {import("../day/look_back.js").LookBack} line */
  constructor(line) {
    this.line = line;
    const root = part(line.root, "keep", HTMLElement);
    this.from = part(root, "keep__from", HTMLInputElement);
    this.to = part(root, "keep__to", HTMLInputElement);
    this.quality = part(root, "keep__quality", HTMLSelectElement);
    this.message = part(root, "keep__message", HTMLElement);
    this.missing = part(root, "keep__missing", HTMLElement);
    this.start = part(root, "keep__start", HTMLButtonElement);
    this.cancel = part(root, "keep__cancel", HTMLButtonElement);
    this.bar = part(root, "keep__progress", HTMLProgressElement);
    /** @type {Segment[]} */
    this.segments = [];
    /** What was asked for, and in which size. */
    this.asked = { from: 0, to: 0, rendition: line.rendition };
    this.stopped = new AbortController();
    const form = part(root, "keep__form", HTMLFormElement);
    form.hidden = false;
    this.message.textContent = "";
    line.on(form, "submit", (event) => {
      event.preventDefault();
      this.look();
    });
    line.on(part(root, "keep__day", HTMLButtonElement), "click", () => {
      this.choose(line.span.from, line.span.to);
      this.look();
    });
    [this.from, this.to, this.quality].forEach((field) => line.on(field, "input", () => this.forget("")));
    line.on(this.start, "click", () => this.run());
    line.on(this.cancel, "click", () => this.stopped.abort());
    const end = Math.min(line.span.to, Math.max(line.span.from + USUAL, line.moment + USUAL / 2));
    this.choose(Math.max(line.span.from, end - USUAL), end);
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  choose(from, to) {
    this.from.value = this.line.clock(from);
    this.to.value = this.line.clock(to);
  }

  /** @param {string} sentence what was found does not hold any more */
  forget(sentence) {
    this.segments = [];
    this.start.hidden = true;
    this.missing.textContent = "";
    this.message.textContent = sentence;
  }

  /** Find what the clip would be, and say it. */
  async look() {
    const { texts, day, timeZone } = this.line;
    if (day === null) return;
    const times = [this.from, this.to].map((field) => readTimeOfDay(field.value));
    if (times.some((time) => time === null)) return this.forget(texts.badTime);
    const [from, to] = times.map((time) => momentAt(day.date, Number(time), timeZone));
    if (from >= to) return this.forget(texts.keepOrder);
    this.forget(texts.keepLooking);
    const rendition = this.quality.value in day.renditions ? this.quality.value : this.line.rendition;
    try {
      const segments = await segmentsOf(day, rendition, from, to);
      if (segments.length === 0) return this.forget(texts.keepNothing);
      const { bytes, exact } = await sizeOf(segments);
      this.segments = segments;
      this.asked = { from, to, rendition };
      const [first, last] = [segments[0], segments[segments.length - 1]];
      const values = { from: this.line.clock(first.start), to: this.line.clock(last.start + last.duration), size: megabytes(bytes) };
      this.message.textContent = fill(exact ? texts.keepSize : texts.keepAbout, values) + (bytes > LARGE ? ` ${texts.keepLarge}` : "");
      this.gaps().forEach((gap) => this.note(gap));
      this.start.hidden = false;
    } catch (error) {
      console.warn("clip:", error);
      this.forget(texts.keepFailed);
    }
    return undefined;
  }

  /** @returns {string[]} what was asked for and has no pictures, in words */
  gaps() {
    const { line } = this;
    const known = line.day === null ? [] : line.day.renditions[this.asked.rendition].gaps;
    return holes(this.segments, this.asked, known).map(({ start, end }) => {
      const gap = known.find((each) => each.start < end && start < each.end);
      const length = duration(end - start, line.units);
      return fill(line.texts.gap, { from: line.clock(start), to: line.clock(end), length, reason: line.reason(gap ? gap.reason : "unknown") });
    });
  }

  /** @param {string} sentence */
  note(sentence) {
    const item = document.createElement("li");
    item.textContent = sentence;
    this.missing.appendChild(item);
  }

  async run() {
    const { line, segments } = this;
    const { texts } = line;
    this.stopped = new AbortController();
    const focused = document.activeElement === this.start;
    this.start.hidden = true;
    this.cancel.hidden = this.bar.hidden = false;
    if (focused) this.cancel.focus();
    this.bar.max = segments.length;
    this.bar.value = 0;
    let lost = 0;
    try {
      const files = await download(segments, {
        name: (start, end, number) => ({
          name: fileName(line.station, start, end, line.timeZone, number),
          title: `${document.title}, ${line.clock(start)}–${line.clock(end)}`,
          comment: [location.href.split("?")[0]].concat(this.gaps()).join("\n"),
        }),
        progress: (done, bytes) => {
          this.bar.value = done;
          this.message.textContent = fill(texts.keepProgress, { done, all: segments.length, size: megabytes(bytes) });
        },
        missing: (segment) => {
          lost += 1;
          this.note(fill(texts.keepLost, { from: line.clock(segment.start), to: line.clock(segment.start + segment.duration) }));
        },
        signal: this.stopped.signal,
      });
      files.forEach(save);
      this.message.textContent = lost > 0 ? texts.keepDoneLost : files.length > 1 ? fill(texts.keepDoneSeveral, { number: files.length }) : texts.keepDone;
    } catch (error) {
      if (!this.stopped.signal.aborted) console.warn("clip:", error);
      this.message.textContent = this.stopped.signal.aborted ? texts.keepCancelled : texts.keepFailed;
    }
    this.start.hidden = false;
    if (document.activeElement === this.cancel) this.start.focus();
    this.cancel.hidden = this.bar.hidden = true;
  }

  destroy() {
    this.stopped.abort();
  }
}

/**
 * @param {number} bytes
 * @returns {string} `12`, below ten with one place
 */
function megabytes(bytes) {
  const size = bytes / 1e6;
  return size < 10 ? size.toFixed(1) : String(Math.round(size));
}
