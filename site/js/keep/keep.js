// The form that downloads a part of the day: says what it will be, shows how far it is, names what is missing.

import { momentAt, readTimeOfDay } from "../day/zone.js";
import { part } from "../page.js";
import { fill } from "../text.js";
import { download } from "./clip.js";
import { findFilms } from "./find.js";
import { endOf, fileName } from "./plan.js";
import { chosenFile, inMemory, MOST_IN_MEMORY, NotWritten, offersFiles } from "./target.js";
import { announcement, gapsOf, megabytes } from "./words.js";

/** What is offered first (ms). */
const USUAL = 300000;
/** A search that takes longer than this (ms) is said to be slow. */
const SLOW = 10000;

/** @typedef {import("./words.js").Film} Film */

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
    this.list = part(root, "keep__files", HTMLElement);
    this.soFar = part(root, "keep__so-far", HTMLElement);
    /** The files that the clip becomes. @type {Film[]} */
    this.films = [];
    /** @type {Map<string, Uint8Array>} */
    this.inits = new Map();
    /** Which of the files is next. */
    this.next = 0;
    /** The gaps of its day. @type {import("../day/timeline.js").Gap[]} */
    this.known = [];
    this.language = { texts: line.texts, units: line.units, clock: (/** @type {number} */ moment) => line.clock(moment), reason: (/** @type {string} */ reason) => line.reason(reason) };
    /** Whether a file is written while it comes, so that it may be as long as the disk has room. */
    this.onDisk = offersFiles();
    this.choosing = false;
    this.stopped = new AbortController();
    /** Ends the search for what a clip would be. */
    this.search = new AbortController();
    const form = part(root, "keep__form", HTMLFormElement);
    form.hidden = false;
    this.message.textContent = "";
    line.on(form, "submit", (event) => {
      event.preventDefault();
      this.look();
    });
    this.asks = Array.from(form.querySelectorAll("button"));
    line.on(part(root, "keep__day", HTMLButtonElement), "click", () => {
      this.choose(line.span.from, line.span.to);
      this.look();
    });
    [this.from, this.to, this.quality].forEach((field) => line.on(field, "input", () => this.forget("")));
    line.on(line.days.select, "change", () => { if (this.cancel.hidden) this.forget(""); });
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
    this.search.abort();
    this.films = [];
    this.start.hidden = true;
    this.missing.textContent = this.list.textContent = "";
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
    const { signal } = this.search = new AbortController();
    const slow = window.setTimeout(() => { if (!signal.aborted) this.message.textContent = texts.keepSlow; }, SLOW);
    try {
      const { films, inits } = await findFilms(day, rendition, from, to, signal);
      if (signal.aborted) return undefined;
      if (films.length === 0) return this.forget(texts.keepNothing);
      this.films = films;
      this.inits = inits;
      this.known = day.renditions[rendition].gaps;
      this.next = 0;
      this.announce();
    } catch (error) {
      if (signal.aborted) return undefined;
      console.warn("clip:", error);
      this.forget(texts.keepFailed);
    } finally {
      window.clearTimeout(slow);
    }
    return undefined;
  }

  /** Say what will come, and offer it if this browser can do it. */
  announce() {
    const { message, files, possible } = announcement(this.films, this.onDisk ? Infinity : MOST_IN_MEMORY, this.language);
    this.message.textContent = message;
    this.list.textContent = "";
    files.forEach((file) => note(this.list, file));
    this.name();
    this.offer(possible);
  }

  /** Name what is missing as far as it is known beforehand. */
  name() {
    this.missing.textContent = "";
    this.films.forEach((film) => gapsOf(film, this.known, this.language).forEach((gap) => note(this.missing, gap)));
  }

  /** @param {boolean} possible */
  offer(possible) {
    const { keepStart, keepStartOf } = this.line.texts;
    const all = this.films.length;
    this.start.textContent = all > 1 ? fill(keepStartOf, { number: this.next + 1, all }) : keepStart;
    this.start.hidden = !possible;
  }

  /**
   * Return where the film shall go, null if it shall not.
   * @param {Film} film
   * @param {string} name
   * @returns {Promise<import("./target.js").Target | null>}
   */
  async target(film, name) {
    if (this.onDisk) {
      try {
        return await chosenFile(name);
      } catch (error) {
        console.warn("clip:", error);
        this.onDisk = false;
        if (film.bytes > MOST_IN_MEMORY) {
          this.announce();
          return null;
        }
      }
    }
    return inMemory(name);
  }

  async run() {
    const { line, films } = this;
    const { texts } = line;
    const film = films[this.next];
    const { segments } = film;
    const [begin, end] = [segments[0].start, endOf(segments)];
    // The browser's dialog can be answered late; the button works once until then, and keeps the focus.
    if (this.choosing) return;
    this.choosing = true;
    const target = await this.target(film, fileName(line.station, begin, end, line.timeZone));
    this.choosing = false;
    if (target === null) return;
    this.stopped = new AbortController();
    this.busy(true);
    this.bar.max = segments.length;
    this.bar.value = 0;
    this.soFar.textContent = "";
    if (this.next === 0) this.name();
    this.message.textContent = texts.keepRunning;
    let lost = 0;
    try {
      await download(segments, {
        inits: this.inits,
        target,
        about: {
          start: begin,
          duration: end - begin,
          title: `${document.title}, ${line.clock(begin)}–${line.clock(end)}`,
          comment: [location.href.split("?")[0]].concat(gapsOf(film, this.known, this.language)).join("\n"),
        },
        progress: (done, bytes) => {
          this.bar.value = done;
          this.soFar.textContent = fill(texts.keepProgress, { done, all: segments.length, size: megabytes(bytes) });
        },
        missing: (segment) => {
          lost += 1;
          const sentence = fill(texts.keepLost, { from: line.clock(segment.start), to: line.clock(segment.start + segment.duration) });
          note(this.missing, sentence);
          return sentence;
        },
        signal: this.stopped.signal,
      });
      const more = this.next + 1 < films.length;
      this.next = more ? this.next + 1 : 0;
      const sentences = [lost > 0 ? texts.keepDoneLost : texts.keepDone];
      if (more) sentences.push(fill(texts.keepNext, { number: this.next + 1, all: films.length }));
      this.message.textContent = sentences.join(" ");
    } catch (error) {
      const { aborted } = this.stopped.signal;
      if (!aborted) console.warn("clip:", error);
      this.message.textContent = aborted ? texts.keepCancelled : error instanceof NotWritten ? texts.keepNotWritten : texts.keepFailed;
    }
    this.busy(false);
  }

  /**
   * Show what can be done while a film is fetched, or else.
   * @param {boolean} busy
   */
  busy(busy) {
    const { start, cancel } = this;
    const [before, now] = busy ? [start, cancel] : [cancel, start];
    const focused = document.activeElement === before;
    cancel.hidden = this.bar.hidden = this.soFar.hidden = !busy;
    start.hidden = busy;
    [this.from, this.to, this.quality].forEach((field) => { field.disabled = busy; });
    this.asks.forEach((button) => { button.disabled = busy; });
    if (!busy) this.offer(true);
    if (focused) now.focus();
    if (busy) window.addEventListener("beforeunload", hold);
    else window.removeEventListener("beforeunload", hold);
  }

  destroy() {
    this.search.abort();
    this.stopped.abort();
  }
}

/**
 * Let the browser ask before it leaves the page, and with it what was fetched so far.
 * @param {Event} event
 */
function hold(event) {
  event.preventDefault();
}

/**
 * @param {HTMLElement} list
 * @param {string} sentence
 */
function note(list, sentence) {
  const item = document.createElement("li");
  item.textContent = sentence;
  list.appendChild(item);
}
