// The tiles of a wall on the page: made, put in order, destroyed; which are on screen, and which of those may be live.

import { fill } from "../text.js";
import { part } from "../page.js";
import { liveOnes, moved } from "./plan.js";
import { Tile } from "./tile.js";

/** Players start one after the other (ms), so that neither device nor network gets all of it at once. */
const STAGGER = 300;

/**
 * What the wall says to its tiles.
 * @typedef {object} Direction
 * @property {(tile: Tile) => boolean} start let the tile play what the wall shows; whether there is something to play
 * @property {(tile: Tile) => void} rest let it show a still
 * @property {() => void} changed the stations or their order changed
 */

export class Tiles {
  /**
   * @param {HTMLElement} list
   * @param {HTMLTemplateElement} template of one tile
   * @param {{texts: Record<string, string>, clock: (moment: number) => string, stationUrl: string}} given
   * @param {Direction} direction
   */
  constructor(list, template, given, direction) {
    this.list = list;
    this.template = template;
    this.given = given;
    this.direction = direction;
    /** In order. @type {Tile[]} */ this.all = [];
    this.most = 0;
    this.visible = true;
    /** @type {number | null} */ this.timer = null;
    // Without an observer the first tiles count as seen; there are never more than the most that play.
    this.observer = "IntersectionObserver" in window ? new IntersectionObserver((entries) => {
      entries.forEach((entry) => {
        const tile = this.all.find((each) => each.root === entry.target);
        if (tile) tile.onScreen = entry.isIntersecting;
      });
      this.plan();
    }, { rootMargin: "80px" }) : null;
  }

  /** @returns {string[]} */
  get stations() {
    return this.all.map((tile) => tile.station);
  }

  /** @param {string} station */
  name(station) {
    return fill(this.given.texts.station, { number: Number(station.slice(4)), constituency: Number(station.slice(0, 3)) });
  }

  /** @param {string} station */
  add(station) {
    const copy = document.importNode(this.template.content, true);
    const root = part(copy, "wall__tile", HTMLElement);
    const name = this.name(station);
    const url = fill(this.given.stationUrl, { id: station });
    const label = part(root, "wall__label", HTMLAnchorElement);
    label.textContent = name;
    label.href = url;
    part(root, "wall__state", HTMLElement).dataset.stateOf = station;
    part(root, "wall__video", HTMLVideoElement).setAttribute("aria-label", fill(this.given.texts.video, { label: name }));
    root.querySelectorAll("button").forEach((button) => {
      button.setAttribute("aria-label", `${button.title}: ${name}`);
    });
    const tile = new Tile(root, station, this.given.texts, this.given.clock);
    tile.image.alt = fill(this.given.texts.still, { label: name });
    this.all.push(tile);
    this.list.appendChild(root);
    if (this.observer) this.observer.observe(root);
    else tile.onScreen = true;
  }

  /** @param {Tile} tile */
  remove(tile) {
    if (this.observer) this.observer.unobserve(tile.root);
    tile.destroy();
    this.all = this.all.filter((other) => other !== tile);
    this.list.removeChild(tile.root);
    this.direction.changed();
    this.plan();
  }

  /**
   * Put the tile at the place of this index. The element itself stays where it is if one other can move instead: it
   * keeps the focus, and its video goes on.
   * @param {Tile} tile
   * @param {number} to
   */
  move(tile, to) {
    const from = this.all.indexOf(tile);
    this.all = moved(this.all, tile, to);
    const place = this.all.indexOf(tile);
    if (place === from) return;
    const mover = Math.abs(place - from) === 1 ? this.all[from] : tile;
    const before = this.all[this.all.indexOf(mover) + 1];
    this.list.insertBefore(mover.root, before === undefined ? null : before.root);
    mover.revive();
    this.direction.changed();
    this.plan();
  }

  /** Let each tile be what it is to be: at once where something ends, one after the other where something starts. */
  plan() {
    if (this.timer !== null) window.clearTimeout(this.timer);
    this.timer = null;
    const byName = new Map(this.all.map((tile) => /** @type {[string, Tile]} */ ([tile.station, tile])));
    const seen = (/** @type {string} */ station) => this.visible && /** @type {Tile} */ (byName.get(station)).onScreen;
    const live = liveOnes(this.stations, seen, this.most);
    /** @type {Tile[]} */ const waiting = [];
    this.all.forEach((tile) => {
      if (live.indexOf(tile.station) < 0) this.direction.rest(tile);
      else if (tile.program === "") waiting.push(tile);
    });
    // Who has nothing to play yet does not hold up those behind.
    const started = waiting.findIndex((tile) => this.direction.start(tile));
    if (started >= 0 && started < waiting.length - 1) this.timer = window.setTimeout(() => this.plan(), STAGGER);
  }

  destroy() {
    if (this.timer !== null) window.clearTimeout(this.timer);
    if (this.observer) this.observer.disconnect();
    this.all.forEach((tile) => tile.destroy());
    this.all = [];
    this.list.textContent = "";
  }
}
