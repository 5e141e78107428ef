// Shows the live state of every station named on the page, how many of a set are live, how long until the first pictures,
// and since when nothing is known: all from one shared poller and one timer.

import { grouped, stationsOf, timeLeft } from "./coverage.js";
import { setting, textsOf } from "./page.js";
import { Poller } from "./poller.js";
import { readStatus, stateOf, TRUSTED_FOR } from "./status.js";
import { clockIn, fill } from "./text.js";
import { browserWorld, get } from "./world.js";

/** A station in such a state is past its opening, whatever the clock says: rehearsals have no clock. */
const PAST_OPENING = ["live", "delayed", "offline", "maintenance", "paused", "closed", "archived"];
const INTERVAL = 10000;
/** A device's clock is only doubted when it is further off than caches can explain. */
const CLOCK_DOUBT = 15000;

export class States {
  /** @param {HTMLElement} root holds one `<template data-state>` per state */
  constructor(root) {
    this.url = setting(root, "statusUrl");
    /** @type {Map<string, HTMLTemplateElement>} */
    this.templates = new Map();
    root.querySelectorAll("template").forEach((template) => this.templates.set(String(template.dataset.state), template));
    if (!this.templates.has("unknown")) throw new Error("there is no template for the state unknown");
    this.texts = textsOf(root, "states__texts");
    this.clock = clockIn(setting(root, "timeZone"));
    /** The state of all stations, where the page is about an election that is over. */
    this.always = /** @type {import("./status.js").State | undefined} */ (root.dataset.always);
    this.failed = false;
    /** @type {number | undefined} */ this.countdown = undefined;
    /** @type {import("./status.js").Status | null} */
    this.status = null;
    /** How far the server's clock is ahead of this device's, in milliseconds; 0 unless it matters. */
    this.clockOffset = 0;
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    this.poller = new Poller(() => this.load(), INTERVAL, browserWorld);
    this.refresh();
  }

  /** Show what is known in every place for a state; call it after adding places. Starts the poller if there are any. */
  refresh() {
    const places = document.querySelectorAll("[data-state-of]");
    this.showCountdown();
    this.showCoverage();
    this.showDoubt();
    if (this.always === undefined && (places.length > 0 || document.querySelector("[data-coverage-of]") !== null || this.listeners.size > 0)) this.poller.start();
    else this.poller.stop();
    places.forEach((place) => {
      if (!(place instanceof HTMLElement) || (this.status === null && this.always === undefined)) return;
      const state = this.stateOf(setting(place, "stateOf"));
      if (place.dataset.shown === state) return;
      const template = /** @type {HTMLTemplateElement} */ (this.templates.get(state));
      place.textContent = "";
      place.appendChild(document.importNode(template.content, true));
      place.dataset.shown = state;
    });
  }

  /** Say how many of each set of stations are live; nothing where that is not known. */
  showCoverage() {
    const language = document.documentElement.lang;
    document.querySelectorAll("[data-coverage-of]").forEach((place) => {
      if (!(place instanceof HTMLElement) || place.dataset.counting || (this.status === null && this.always === undefined)) return;
      const states = stationsOf(setting(place, "coverageOf")).map((id) => this.stateOf(id));
      const live = grouped(states.filter((state) => state === "live").length, language);
      const known = states.some((state) => state !== "unknown");
      const words = known ? fill(this.texts.coverage, { live, total: grouped(states.length, language) }) : "";
      if (place.textContent !== words) place.textContent = words;
    });
  }

  /** Count down to the first pictures, each minute and at the end each second, while none of the stations shows any. */
  showCountdown() {
    window.clearTimeout(this.countdown);
    const place = document.querySelector("[data-opens]");
    if (!(place instanceof HTMLElement)) return;
    const left = Date.parse(setting(place, "opens")) - this.now();
    const begun = place.dataset.of ? stationsOf(place.dataset.of).some((id) => PAST_OPENING.indexOf(this.stateOf(id)) >= 0) : false;
    const counting = left > 0 && !begun;
    // A place that is also for figures shows those afterwards.
    place.hidden = !counting && !place.dataset.coverageOf;
    if (counting) place.dataset.counting = "true";
    else if (place.dataset.counting) {
      delete place.dataset.counting;
      place.textContent = "";
    }
    if (left <= 0) this.showCoverage();
    if (!counting) return;
    const words = fill(this.texts.countdown, { time: timeLeft(left, this.texts) });
    if (place.textContent !== words) place.textContent = words;
    this.countdown = window.setTimeout(() => this.showCountdown(), 1000);
  }

  /** Say since when the states are not known. */
  showDoubt() {
    const place = document.querySelector("[data-states-doubt]");
    if (!(place instanceof HTMLElement)) return;
    const { status } = this;
    const old = status !== null && this.now() - status.written > TRUSTED_FOR;
    const words = status === null ? (this.failed ? this.texts.never : "")
      : old ? fill(this.texts.doubt, { time: this.clock(status.written) }) : "";
    place.hidden = words === "";
    if (place.textContent !== words) place.textContent = words;
  }

  /** @returns {number} the moment it is, by the server's clock where this device's is wrong */
  now() {
    return Date.now() + this.clockOffset;
  }

  /**
   * @param {string} station
   * @returns {import("./status.js").State}
   */
  stateOf(station) {
    if (this.always !== undefined) return this.always;
    return this.status === null ? "unknown" : stateOf(this.status, station, this.now());
  }

  /**
   * @param {string} station
   * @returns {string} the state in the page's language
   */
  wordsOf(station) {
    const template = /** @type {HTMLTemplateElement} */ (this.templates.get(this.stateOf(station)));
    return String(template.content.textContent).trim();
  }

  /**
   * Call `changed` after every new status; returns how to stop that.
   * @param {() => void} changed
   * @returns {() => void}
   */
  listen(changed) {
    this.listeners.add(changed);
    if (this.always === undefined) this.poller.start();
    else changed();
    return () => this.listeners.delete(changed);
  }

  /** Fetch the status once and show it. */
  async load() {
    try {
      const [answered, data] = await get(this.url, async (response) => [response.headers.get("date"), await response.json()]);
      this.status = readStatus(data);
      const offset = Date.parse(answered || "") - Date.now();
      this.failed = false;
      this.clockOffset = Math.abs(offset) > CLOCK_DOUBT ? offset : 0;
    } catch (error) {
      this.failed = true;
      throw error;
    } finally {
      // Also after a failure: a status that grew old no longer says that a station is live.
      this.refresh();
      this.listeners.forEach((changed) => changed());
    }
  }

  destroy() {
    this.poller.destroy();
    window.clearTimeout(this.countdown);
    this.listeners.clear();
  }
}
