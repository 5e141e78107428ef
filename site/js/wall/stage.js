// The tiles of a wall and what steers them: their common clock, their order, how many are live. The address follows.

import { choice, choose } from "../choices.js";
import { readTimeOfDay } from "../day/zone.js";
import { part, setting } from "../page.js";
import { clockIn, fill } from "../text.js";
import { browserWorld } from "../world.js";
import { MOST_STATIONS, readWall, timeOfDay, writeWall } from "./address.js";
import { watchDrags } from "./drag.js";
import { mostLive } from "./plan.js";
import { Replay } from "./replay.js";
import { Tiles } from "./tiles.js";

/** A hidden page keeps its players for so long (ms): who only looked something up finds them playing. */
const HIDDEN_FOR = 5000;

/**
 * The page around the tiles.
 * @typedef {object} Surroundings
 * @property {HTMLElement} root
 * @property {Record<string, string>} texts
 * @property {import("../states.js").States | null} states
 * @property {string} today the date of the election
 * @property {(sentence: string) => void} say
 * @property {(sentence: string) => void} note
 * @property {(filled: boolean) => void} filled
 * @property {() => void} focusField
 */

export class Stage {
  /** @param {Surroundings} page */
  constructor(page) {
    const { root, texts, states } = page;
    this.page = page;
    this.texts = texts;
    this.states = states;
    this.today = page.today;
    this.controls = part(root, "wall__controls", HTMLElement);
    this.back = /** @type {HTMLDetailsElement} */ (part(root, "wall__back", HTMLElement));
    this.time = part(root, "wall__at", HTMLInputElement);
    this.date = part(root, "wall__date", HTMLInputElement);
    this.pauseButton = part(root, "wall__pause", HTMLButtonElement);
    this.liveButton = part(root, "wall__live", HTMLButtonElement);
    this.clockLine = part(root, "wall__clock", HTMLElement);
    this.mostField = part(root, "wall__most", HTMLSelectElement);
    this.mostLine = part(root, "wall__number", HTMLElement);
    this.list = part(root, "wall__tiles", HTMLElement);
    /** @type {number | null} */ this.most = null;
    /** Those without a state whose pages were looked for. @type {Set<string>} */ this.doubted = new Set();
    /** @type {number | null} */ this.hiding = null;
    const timeZone = setting(root, "timeZone");
    this.stationUrl = setting(root, "stationUrl");
    this.tiles = new Tiles(
      this.list, part(root, "wall__template", HTMLTemplateElement), { texts, clock: clockIn(timeZone), stationUrl: this.stationUrl },
      { start: (tile) => this.replay.start(tile), rest: (tile) => this.replay.rest(tile, tile.onScreen && this.tiles.visible), changed: () => this.changed() },
    );
    const library = { libraryUrl: setting(root, "libraryUrl"), workerUrl: setting(root, "workerUrl") };
    this.replay = new Replay(timeZone, library, () => this.tiles.all, () => (states ? states.now() : Date.now()), () => this.tiles.plan());

    this.listening = new AbortController();
    this.on(this.list, "click", (event) => this.pressed(event));
    this.on(this.controls, "click", (event) => this.steered(event));
    this.on(part(root, "wall__jump", HTMLFormElement), "submit", (event) => this.jump(event));
    this.on(this.mostField, "change", () => this.chooseMost());
    this.on(document, "visibilitychange", () => this.hidden());
    this.on(window, "resize", () => this.measure());
    this.on(window, "online", () => {
      this.tiles.all.forEach((tile) => tile.take({ type: "online" }));
      this.replay.askAgain();
    });
    this.on(window, "offline", () => this.tiles.all.forEach((tile) => tile.take({ type: "offline" })));
    this.stopDrags = watchDrags(this.list, (from, to) => this.dropped(from, to));
    this.stopStates = states ? states.listen(() => this.statesChanged()) : () => undefined;
    this.ticker = window.setInterval(() => this.showTime(), 500);
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

  /**
   * Show a wall.
   * @param {import("./address.js").Wall} wall
   */
  show(wall) {
    this.tiles.all.slice().forEach((tile) => wall.stations.indexOf(tile.station) < 0 && this.tiles.remove(tile));
    wall.stations.forEach((station) => this.tiles.stations.indexOf(station) < 0 && this.tiles.add(station));
    this.most = wall.most;
    this.date.value = wall.moment === null ? this.today : wall.moment.date;
    this.measure();
    this.back.open = this.back.open || wall.moment !== null;
    if (wall.moment !== null) this.replay.showTime(wall.moment);
    else if (this.replay.recorded) this.replay.live();
    this.changed(false);
    this.statesChanged();
  }

  /** @param {string} station */
  add(station) {
    const there = this.tiles.stations.indexOf(station) >= 0;
    const full = this.tiles.stations.length >= MOST_STATIONS;
    if (!there && !full) {
      this.tiles.add(station);
      this.changed();
      this.statesChanged();
    }
    const text = there ? this.texts.there : full ? this.texts.full : this.texts.added;
    this.page.say(fill(text, { label: this.tiles.name(station), count: MOST_STATIONS }));
  }

  /**
   * The stations, their order or the moment changed: the address says so, and this browser remembers.
   * @param {boolean} [remember]
   */
  changed(remember = true) {
    const { stations } = this.tiles;
    const moment = this.replay.recorded ? this.replay.timeOfDay : null;
    const address = writeWall({ stations, most: this.most, moment });
    if (address !== location.search) history.replaceState(null, "", `${location.pathname}${address}`);
    document.querySelectorAll("a[hreflang]").forEach((link) => { /** @type {HTMLAnchorElement} */ (link).search = address; });
    const kept = writeWall({ stations, most: this.most, moment: null });
    if (stations.length > 0 || remember) choose("wall", kept === "" ? null : kept);
    this.page.filled(stations.length > 0);
    this.controls.hidden = this.mostLine.hidden = stations.length === 0;
    // The state is that of now.
    this.list.classList.toggle("wall__tiles--recorded", this.replay.recorded);
    this.list.classList.toggle("wall__tiles--few", stations.length <= 4);
    const last = stations.length - 1;
    this.tiles.all.forEach((tile, place) => {
      // They keep the focus, so they stay focusable at the ends.
      part(tile.root, "wall__left", HTMLButtonElement).setAttribute("aria-disabled", String(place === 0));
      part(tile.root, "wall__right", HTMLButtonElement).setAttribute("aria-disabled", String(place === last));
    });
    if (this.states) this.states.refresh();
  }

  /** How many may be live depends on the window and on what the viewer chose. */
  measure() {
    const side = Math.min(window.innerWidth, window.screen.width);
    this.tiles.most = mostLive(this.most, side, choice("saver"));
    this.mostField.value = String(this.tiles.most);
    Array.from(this.mostField.options).forEach((option) => { option.disabled = mostLive(Number(option.value), side, choice("saver")) !== Number(option.value); });
    this.tiles.plan();
  }

  chooseMost() {
    this.most = Number(this.mostField.value);
    this.measure();
    this.changed();
  }

  /** @param {Event} event */
  pressed(event) {
    const button = /** @type {Element} */ (event.target).closest("button");
    const tile = button && this.tiles.all.find((each) => each.root.contains(button));
    if (!button || !tile || button.getAttribute("aria-disabled") === "true") return;
    const place = this.tiles.all.indexOf(tile);
    if (button.classList.contains("wall__left")) this.order(tile, place - 1);
    else if (button.classList.contains("wall__right")) this.order(tile, place + 1);
    else {
      const next = this.tiles.all[place + 1] || this.tiles.all[place - 1];
      this.tiles.remove(tile);
      this.page.say(fill(this.texts.removed, { label: this.tiles.name(tile.station) }));
      if (next) part(next.root, "wall__remove", HTMLButtonElement).focus();
      else this.page.focusField();
    }
  }

  /**
   * @param {import("./tile.js").Tile} tile
   * @param {number} to
   */
  order(tile, to) {
    this.tiles.move(tile, to);
    const place = this.tiles.all.indexOf(tile) + 1;
    this.page.say(fill(this.texts.place, { label: this.tiles.name(tile.station), place, count: this.tiles.all.length }));
  }

  /**
   * @param {Element} from
   * @param {Element} to
   */
  dropped(from, to) {
    const tile = this.tiles.all.find((each) => each.root === from);
    if (tile) this.order(tile, this.tiles.all.findIndex((each) => each.root === to));
  }

  /** @returns {boolean} whether the pictures stand still, by the viewer's wish or because the browser did not start them */
  get stands() {
    return this.replay.paused || this.tiles.all.some((tile) => tile.state.phase === "paused");
  }

  /** A button of the common clock. @param {Event} event */
  steered(event) {
    const button = /** @type {Element} */ (event.target).closest("button");
    if (!button) return;
    if (button === this.pauseButton) this.replay.pause(!this.stands);
    else if (button === this.liveButton) this.replay.live();
    else if (button.dataset.seconds) this.replay.show(this.replay.moment + 1000 * Number(button.dataset.seconds));
    else return;
    this.showTime();
    this.changed();
  }

  /** @param {Event} event */
  jump(event) {
    event.preventDefault();
    const seconds = readTimeOfDay(this.time.value);
    const date = this.date.value || this.today;
    const meant = seconds === null ? null : readWall(`?d=${date}&t=${timeOfDay(seconds)}`, this.today).wall.moment;
    this.time.setAttribute("aria-invalid", String(meant === null));
    if (meant === null) {
      this.page.say(this.texts.noTime);
      this.time.focus();
      return;
    }
    this.page.say("");
    this.replay.showTime(meant);
    this.showTime();
    this.changed();
  }

  /** A new status: a station that came back is tried at once, one that nobody knows is looked for. */
  statesChanged() {
    const { states } = this;
    if (states === null) return;
    this.tiles.all.forEach((tile) => {
      const live = states.stateOf(tile.station) === "live";
      if (live && !tile.wasLive && !this.replay.recorded) tile.take({ type: "station-live" });
      tile.wasLive = live;
    });
    if (states.status !== null) this.checkDoubted();
  }

  /** Leave out stations that do not exist: those without a state, if they have no page either. */
  checkDoubted() {
    const { states } = this;
    this.tiles.all.forEach(async (tile) => {
      const { station } = tile;
      if (this.doubted.has(station) || (states !== null && states.stateOf(station) !== "unknown")) return;
      this.doubted.add(station);
      try {
        const { status } = await fetch(fill(this.stationUrl, { id: station }), { method: "HEAD" });
        if (status !== 403 && status !== 404) return;
      } catch (_offline) {
        this.doubted.delete(station);
        return;
      }
      if (this.tiles.all.indexOf(tile) < 0) return;
      this.tiles.remove(tile);
      this.page.note(fill(this.texts.unknownStation, { label: this.tiles.name(station) }));
    });
  }

  /** The page went to the back, or came to the front. */
  hidden() {
    if (this.hiding !== null) window.clearTimeout(this.hiding);
    this.hiding = null;
    if (browserWorld.visible()) {
      this.tiles.visible = true;
      this.measure();
      this.tiles.all.forEach((tile) => {
        tile.take({ type: "visible" });
        tile.revive();
      });
    } else {
      this.hiding = window.setTimeout(() => {
        this.tiles.visible = false;
        this.tiles.plan();
      }, HIDDEN_FOR);
    }
  }

  /** Show the common time. */
  showTime() {
    const { replay } = this;
    const act = this.texts[this.stands ? "startAll" : "pauseAll"];
    if (this.pauseButton.textContent !== act) this.pauseButton.textContent = act;
    this.liveButton.setAttribute("aria-pressed", String(!replay.recorded));
    const words = fill(replay.recorded ? this.texts.at : this.texts.live, { time: this.tiles.given.clock(replay.moment) });
    if (this.clockLine.textContent !== words) this.clockLine.textContent = words;
  }

  destroy() {
    window.clearInterval(this.ticker);
    if (this.hiding !== null) window.clearTimeout(this.hiding);
    this.listening.abort();
    this.stopDrags();
    this.stopStates();
    this.replay.destroy();
    this.tiles.destroy();
  }
}
