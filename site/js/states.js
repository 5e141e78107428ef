// Shows the live state of every station named on the page, from one shared poller.

import { setting } from "./page.js";
import { Poller } from "./poller.js";
import { readStatus, stateOf } from "./status.js";
import { browserWorld, get } from "./world.js";

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
    if (places.length > 0 || this.listeners.size > 0) this.poller.start();
    else this.poller.stop();
    places.forEach((place) => {
      if (!(place instanceof HTMLElement) || this.status === null) return;
      const state = this.stateOf(setting(place, "stateOf"));
      if (place.dataset.shown === state) return;
      const template = /** @type {HTMLTemplateElement} */ (this.templates.get(state));
      place.textContent = "";
      place.appendChild(document.importNode(template.content, true));
      place.dataset.shown = state;
    });
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
    this.poller.start();
    return () => this.listeners.delete(changed);
  }

  /** Fetch the status once and show it. */
  async load() {
    try {
      const [answered, data] = await get(this.url, async (response) => [response.headers.get("date"), await response.json()]);
      this.status = readStatus(data);
      const offset = Date.parse(answered || "") - Date.now();
      this.clockOffset = Math.abs(offset) > CLOCK_DOUBT ? offset : 0;
    } finally {
      // Also after a failure: a status that grew old no longer says that a station is live.
      this.refresh();
      this.listeners.forEach((changed) => changed());
    }
  }

  destroy() {
    this.poller.destroy();
    this.listeners.clear();
  }
}
