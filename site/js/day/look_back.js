// The time line of a station's day: draws what was recorded and what is missing, and plays from any moment.

import { part, setting, textsOf } from "../page.js";
import { Poller } from "../poller.js";
import { duration, fill } from "../text.js";
import { browserWorld } from "../world.js";
import { createRecordedEngine } from "../player/recorded.js";
import { Chart } from "./chart.js";
import { DayChoice } from "./day_choice.js";
import { fetchDay, findDays } from "./days.js";
import { Preview } from "./preview.js";
import { GapTeller } from "./gap_teller.js";
import { drawnOf, gapAt, renditionOf, spanOf, stillAt } from "./recording.js";
import { Skim } from "./skim.js";
import { Thumb } from "./thumb.js";
import { civil, dateWords, momentAt, readTimeOfDay } from "./zone.js";

/** @typedef {import("./timeline.js").Day} Day */

const INTERVAL = 30000;
const SOON = 5000;

export class LookBack {
  /**
   * @param {HTMLElement} root
   * @param {import("../player/player.js").Player} player
   * @param {import("../states.js").States | null} states
   */
  constructor(root, player, states) {
    this.root = root;
    this.player = player;
    this.states = states;
    this.station = setting(root, "station");
    this.timeZone = setting(root, "timeZone");
    this.texts = Object.assign(textsOf(root, "day__texts"), textsOf(root, "gap-reasons"));
    this.units = { seconds: this.texts.seconds, minutes: this.texts.minutes, hours: this.texts.hours };
    this.body = part(root, "day__body", HTMLElement);
    this.message = part(root, "day__message", HTMLElement);
    this.field = part(root, "day__field", HTMLInputElement);
    this.address = part(root, "day__address", HTMLInputElement);
    /** @type {Day | null} */
    this.day = null;
    this.rendition = "sub";
    /** Whether nothing of the day was recorded, and only its gaps are known. */
    this.empty = false;
    this.span = { from: 0, to: 1 };
    /** The moment that the thumb points to (ms). */
    this.moment = 0;
    /** Whether the viewer has written a time that was not gone to yet. */
    this.written = false;
    this.attempts = 0;
    /** Whether a still is shown in the place of the recording. */
    this.still = false;
    /** @type {import("../player/recorded.js").RecordedEngine | null} */
    this.engine = null;
    this.listening = new AbortController();
    this.again = 0;
    this.days = new DayChoice(this);
    this.chart = new Chart(this);
    this.gaps = new GapTeller(this);
    this.preview = new Preview(this);
    this.thumb = new Thumb(this);
    this.skim = new Skim(this);
    this.on(this.chart.element, "click", (event) => this.go(this.chart.momentBelow(/** @type {PointerEvent} */ (event))));
    this.on(this.field, "input", () => { this.written = true; });
    this.on(part(root, "day__form", HTMLFormElement), "submit", (event) => this.asked(event));
    this.on(part(root, "day__live", HTMLButtonElement), "click", () => this.goLive());
    this.on(part(root, "day__copy", HTMLButtonElement), "click", () => this.copy());
    root.querySelectorAll(".day__step").forEach((button) => this.on(button, "click", () => {
      this.go(this.moment + Number(/** @type {HTMLElement} */ (button).dataset.seconds) * 1000);
    }));
    /** @type {import("../keep/keep.js").Keep | null} */
    this.keep = null;
    this.keepAttempts = 0;
    const keep = /** @type {HTMLDetailsElement} */ (part(root, "keep", HTMLElement));
    this.on(keep, "toggle", () => { if (keep.open && this.keep === null) this.openKeep(); });
    this.poller = new Poller(() => this.refresh(), INTERVAL, browserWorld);
    this.stopListening = player.listen(() => this.follow());
    this.begin();
  }

  /**
   * @param {EventTarget} target
   * @param {string} type
   * @param {(event: Event) => void} handler
   */
  on(target, type, handler) {
    target.addEventListener(type, handler);
    this.listening.signal.addEventListener("abort", () => target.removeEventListener(type, handler));
  }

  /** Find the days there are, open the one that the address or the clock names, and play what the address asks for. */
  async begin() {
    const query = new URLSearchParams(location.search);
    const asked = (/^\d{4}-\d\d-\d\d$/.exec(query.get("d") || "") || [""])[0];
    this.message.textContent = this.texts.loading;
    const found = await findDays(this.station, setting(this.root, "date"), this.timeZone, this.now(), asked);
    const days = found.filter((day) => drawnOf(day, "sub") !== null);
    if (this.listening.signal.aborted) return;
    if (days.length === 0) {
      this.message.textContent = this.texts.nothing;
      // At first soon: what was not there may only not have come through.
      this.again = window.setTimeout(() => this.begin(), Math.min(INTERVAL, SOON * 2 ** this.attempts));
      this.attempts += 1;
      return;
    }
    this.message.textContent = "";
    days.forEach((day) => this.days.offer(day));
    this.body.hidden = false;
    const first = days.find((day) => day.date === asked) || days[days.length - 1];
    this.days.select.value = first.date;
    this.take(first);
    this.poller.start();
    const time = readTimeOfDay(query.get("t") || "");
    // Another day's picture is not what a link to a moment means.
    if (asked !== "" && first.date !== asked) this.say(fill(this.texts.noSuchDay, { date: dateWords(asked, this.texts) }));
    else if (time !== null) this.go(momentAt(first.date, time, this.timeZone));
  }

  /** @returns {number} */
  now() {
    return this.states ? this.states.now() : Date.now();
  }

  /** Fetch what has come since; a day that is closed is whole. */
  async refresh() {
    await this.days.lookFurther();
    if (this.day === null || this.day.closed) return;
    const day = await fetchDay(this.station, this.day.date);
    if (day.date === this.day.date) this.take(day);
  }

  /**
   * Show this timeline.
   * @param {Day} day
   */
  take(day) {
    const rendition = drawnOf(day, this.quality);
    if (rendition === null) return;
    const before = this.day !== null && this.day.date === day.date && this.empty;
    this.day = day;
    this.days.renew(day);
    this.rendition = rendition;
    this.empty = renditionOf(day, rendition) === null;
    if (this.empty !== before) this.tellEmpty();
    this.span = spanOf(day, rendition, this.now());
    this.thumb.measure(this.span);
    this.chart.draw(day);
    this.skim.tellCost();
    const within = (/** @type {number | null} */ moment) => moment !== null && moment >= this.span.from && moment <= this.span.to;
    const { lastPicture } = this.player;
    if (!within(this.moment)) this.moment = lastPicture !== null && within(lastPicture) ? lastPicture : this.span.to;
    this.point(this.moment);
  }

  /** @returns {string} the rendition that the viewer wants */
  get quality() {
    return this.player.dataUse.quality === "high" ? "main" : "sub";
  }

  /** Say why there is nothing to play, and show the gaps; or that now there is something. */
  tellEmpty() {
    this.say(this.empty ? this.emptyWords() : "");
    if (this.empty) /** @type {HTMLDetailsElement} */ (part(this.root, "day__missing", HTMLElement)).open = true;
  }

  /** @returns {string} why a day has no pictures at all: the reason of its longest gap */
  emptyWords() {
    const { gaps } = /** @type {Day} */ (this.day).renditions[this.rendition];
    const longest = gaps.reduce((one, other) => (other.end - other.start > one.end - one.start ? other : one));
    return fill(this.texts.emptyDay, { reason: this.reason(longest.reason) });
  }

  /**
   * @param {string} reason
   * @returns {string}
   */
  reason(reason) {
    return this.texts[`reason_${reason}`] || this.texts.reason_unknown;
  }

  /**
   * @param {string} pattern
   * @param {import("./timeline.js").Gap} gap
   * @returns {string}
   */
  gapWords(pattern, { start, end, reason }) {
    return fill(pattern, { from: this.clock(start), to: this.clock(end), length: duration(end - start, this.units), reason: this.reason(reason) });
  }

  /**
   * @param {number} moment
   * @returns {string} `14:05:10` by the election's clock
   */
  clock(moment) {
    const { hour, minute, second } = civil(moment, this.timeZone);
    return [hour, minute, second].map((each) => String(each).padStart(2, "0")).join(":");
  }

  /**
   * @param {number} moment
   * @returns {string} its time of day, and why there is no picture of it
   */
  momentWords(moment) {
    const gap = gapAt(/** @type {Day} */ (this.day), this.rendition, moment);
    return this.clock(moment) + (gap ? `. ${fill(this.texts.noPicture, { reason: this.reason(gap.reason) })}` : "");
  }

  /**
   * Let thumb, words, field and link point to `moment`.
   * @param {number} moment
   */
  point(moment) {
    const day = this.day;
    if (day === null) return;
    this.moment = moment;
    const time = this.clock(moment);
    this.thumb.place(moment, this.momentWords(moment));
    if (document.activeElement !== this.field && !this.written) this.field.value = time;
    if (!this.skim.running) this.preview.at(moment);
    this.address.value = `${location.origin}${location.pathname}?d=${day.date}&t=${time}`;
  }

  /** @param {Event} event the time field was sent off */
  asked(event) {
    event.preventDefault();
    const time = readTimeOfDay(this.field.value);
    const moment = time === null || this.day === null ? null : momentAt(this.day.date, time, this.timeZone);
    if (moment === null) this.say(this.texts.badTime);
    else if (moment < this.span.from - 60000 || moment > this.span.to) this.say(fill(this.texts.outside, { from: this.clock(this.span.from), to: this.clock(this.span.to) }));
    else this.go(moment);
  }

  /**
   * Play from `moment` on, or from the first picture after it.
   * @param {number} wanted
   */
  go(wanted) {
    const day = this.day;
    if (day === null) return;
    this.skim.stop();
    this.thumb.rest();
    this.gaps.forget();
    this.written = false;
    const moment = Math.max(this.span.from, Math.min(this.span.to, wanted));
    if (this.player.dataUse.mode === "stills") {
      this.lookAt(moment);
      return;
    }
    this.still = false;
    if (this.empty) {
      if (!this.player.program.live) this.player.stop();
      this.point(moment);
      this.say(this.emptyWords());
      return;
    }
    this.gaps.pressed(moment);
    this.point(moment);
    if (this.engine && this.player.engine === this.engine) {
      // What is still on screen says nothing of where playback is.
      this.player.lastPicture = null;
      this.engine.seek(moment);
      // Whoever asks for another moment does not wait for the next attempt.
      this.player.take({ type: "play" });
      this.player.playVideo();
      return;
    }
    const rendition = this.rendition;
    this.player.show({
      live: false,
      open: async (video, emit) => {
        this.engine = await createRecordedEngine(video, this.player.addresses, () => /** @type {Day} */ (this.day), this.moment, emit, {
          rendition, ended: () => this.ended(),
        });
        return this.engine;
      },
    });
  }

  /**
   * Show the still of `moment` in the place of the video, for who wants pictures only, and say so.
   * @param {number} moment
   */
  lookAt(moment) {
    const day = /** @type {Day} */ (this.day);
    if (!this.player.program.live) this.player.show();
    this.engine = null;
    this.still = true;
    this.preview.enlarge(true);
    this.point(moment);
    const gap = gapAt(day, this.rendition, moment);
    const still = stillAt(day, moment);
    const { texts } = this;
    if (gap) this.say(this.gapWords(texts.without, gap));
    else this.say(still === null ? texts.noStill : fill(texts.stillOnly, { time: this.clock(momentAt(day.date, still * 60, this.timeZone)).slice(0, 5) }));
  }

  /** Go on as the viewer has chosen meanwhile: in another quality, with the still in the place of the recording, or again with the video. */
  obeyChoice() {
    if (this.day !== null && drawnOf(this.day, this.quality) !== this.rendition) this.take(this.day);
    const stills = this.player.dataUse.mode === "stills";
    if (stills && !this.player.program.live) this.go(this.moment);
    if (stills || !this.still) return;
    this.still = false;
    this.preview.enlarge(false);
    this.say("");
  }

  /** Nothing more is recorded of the day: the next day follows, or the live picture, or the end has come. */
  ended() {
    if (this.day === null || !this.day.closed) this.goLive(true);
    else if (!this.days.goOn(this.day)) this.say(this.texts.theEnd);
  }

  /** @param {boolean} [waiting] whether the viewer waits for the end of a gap, and goes on being told so */
  goLive(waiting = false) {
    this.skim.stop();
    this.engine = null;
    this.still = false;
    this.thumb.rest();
    if (!waiting || this.gaps.awaited === null) {
      this.gaps.forget();
      this.say("");
    }
    this.player.show();
  }

  /** The picture on screen moved on: the thumb follows, unless the viewer holds it. */
  follow() {
    this.obeyChoice();
    this.gaps.arrived();
    const picture = this.player.lastPicture;
    if (picture === null || this.day === null || this.thumb.choosing !== null || this.skim.running || this.player.showingStill) return;
    // The live picture may be another day's than the line.
    if (civil(picture, this.timeZone).date !== this.day.date) return;
    if (picture > this.span.to) {
      this.span = spanOf(this.day, this.rendition, Math.max(picture, this.now()));
      this.thumb.measure(this.span);
    }
    this.point(picture);
    if (!this.player.program.live) this.gaps.crossed(picture);
  }

  async openKeep() {
    try {
      // A browser may remember a failed import by its address.
      const { Keep } = await (this.keepAttempts === 0 ? import("../keep/keep.js") : import(`../keep/keep.js?again=${this.keepAttempts}`));
      if (this.keep === null && !this.listening.signal.aborted) this.keep = new Keep(this);
    } catch (error) {
      console.warn("clip:", error);
      this.keepAttempts += 1;
      part(this.root, "keep__message", HTMLElement).textContent = this.texts.keepFailed;
    }
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.address.value);
      this.say(this.texts.copied);
    } catch (_refused) {
      this.address.hidden = false;
      this.address.select();
    }
  }

  /** @param {string} sentence */
  say(sentence) {
    if (this.message.textContent !== sentence) this.message.textContent = sentence;
  }

  destroy() {
    window.clearTimeout(this.again);
    this.thumb.rest();
    this.poller.destroy();
    this.skim.destroy();
    if (this.keep) this.keep.destroy();
    this.stopListening();
    this.listening.abort();
    this.body.hidden = true;
  }
}
