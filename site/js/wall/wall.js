// The wall page: several stations at once, by its address; stations are added, put in order, removed and looked back on.

import { choice, choose } from "../choices.js";
import { readTimeOfDay } from "../day/zone.js";
import { part, setting, textsOf } from "../page.js";
import { clockIn, fill } from "../text.js";
import { browserWorld } from "../world.js";
import { MOST_STATIONS, readWall, stationId, timeOfDay, writeWall } from "./address.js";
import { watchDrags } from "./drag.js";
import { mostLive } from "./plan.js";
import { Replay } from "./replay.js";
import { Tiles } from "./tiles.js";

/** A hidden page keeps its players for so long (ms): who only looked something up finds them playing. */
const HIDDEN_FOR = 5000;

export class Wall {
  /**
   * @param {HTMLElement} root
   * @param {import("../states.js").States | null} states
   */
  constructor(root, states) {
    this.root = root;
    this.states = states;
    this.today = setting(root, "date");
    this.timeZone = setting(root, "timeZone");
    this.texts = textsOf(root, "wall__texts");
    this.message = part(root, "wall__message", HTMLElement);
    this.notes = part(root, "wall__notes", HTMLElement);
    this.empty = part(root, "wall__empty", HTMLElement);
    this.again = part(root, "wall__again", HTMLAnchorElement);
    this.controls = part(root, "wall__controls", HTMLElement);
    this.time = part(root, "wall__at", HTMLInputElement);
    this.date = part(root, "wall__date", HTMLInputElement);
    this.pauseButton = part(root, "wall__pause", HTMLButtonElement);
    this.liveButton = part(root, "wall__live", HTMLButtonElement);
    this.clockLine = part(root, "wall__clock", HTMLElement);
    this.mostField = part(root, "wall__most", HTMLSelectElement);
    this.form = part(root, "wall__add", HTMLFormElement);
    this.query = part(root, "wall__query", HTMLInputElement);
    this.found = part(root, "wall__found", HTMLElement);
    this.list = part(root, "wall__tiles", HTMLElement);
    /** @type {number | null} */ this.most = null;
    /** Those asked for that no page knows. @type {Set<string>} */ this.doubted = new Set();
    /** @type {number | null} */ this.hiding = null;
    const clock = clockIn(this.timeZone);
    this.tiles = new Tiles(
      this.list, part(root, "wall__template", HTMLTemplateElement), { texts: this.texts, clock, stationUrl: setting(root, "stationUrl") },
      { start: (tile) => this.replay.start(tile), rest: (tile) => this.replay.rest(tile, tile.onScreen && this.tiles.visible), changed: () => this.changed() },
    );
    const library = { libraryUrl: setting(root, "libraryUrl"), workerUrl: setting(root, "workerUrl") };
    this.replay = new Replay(this.timeZone, library, () => this.tiles.all, () => (states ? states.now() : Date.now()), () => this.tiles.plan());

    this.listening = new AbortController();
    this.on(this.list, "click", (event) => this.pressed(event));
    this.on(this.controls, "click", (event) => this.steered(event));
    this.on(part(root, "wall__jump", HTMLFormElement), "submit", (event) => this.jump(event));
    this.on(this.mostField, "change", () => this.chooseMost());
    this.on(this.form, "submit", (event) => this.asked(event));
    this.on(document, "visibilitychange", () => this.hidden());
    this.on(window, "resize", () => this.measure());
    this.on(window, "online", () => this.tiles.all.forEach((tile) => tile.take({ type: "online" })));
    this.on(window, "offline", () => this.tiles.all.forEach((tile) => tile.take({ type: "offline" })));
    this.on(window, "popstate", () => this.read());
    this.stopDrags = watchDrags(this.list, (from, to) => this.dropped(from, to));
    this.stopStates = states ? states.listen(() => this.statesChanged()) : () => undefined;
    this.ticker = window.setInterval(() => this.showTime(), 500);
    root.hidden = false;
    this.read();
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

  /** Show what the address says. */
  read() {
    const { wall, refused, surplus } = readWall(location.search, this.today);
    this.notes.textContent = "";
    if (refused.length > 0) this.note(fill(this.texts.refused, { what: refused.join(", ") }));
    if (surplus.length > 0) this.note(fill(this.texts.surplus, { count: MOST_STATIONS, what: surplus.join(", ") }));
    this.tiles.all.slice().forEach((tile) => wall.stations.indexOf(tile.station) < 0 && this.tiles.remove(tile));
    wall.stations.forEach((station) => this.tiles.stations.indexOf(station) < 0 && this.tiles.add(station));
    this.most = wall.most;
    this.date.value = wall.moment === null ? this.today : wall.moment.date;
    this.measure();
    if (wall.moment !== null) this.replay.showTime(wall.moment);
    else if (this.replay.recorded) this.replay.live();
    const kept = readWall(choice("wall") || "", this.today).wall;
    this.again.hidden = wall.stations.length > 0 || kept.stations.length === 0;
    if (!this.again.hidden) {
      this.again.href = writeWall(kept);
      this.again.textContent = fill(this.texts.again, { count: kept.stations.length });
    }
    this.changed(false);
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
    this.empty.hidden = stations.length > 0;
    this.controls.hidden = stations.length === 0;
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

  /** @param {string} sentence */
  note(sentence) {
    const line = document.createElement("p");
    line.className = "notice";
    line.textContent = sentence;
    this.notes.appendChild(line);
  }

  /** @param {string} sentence */
  say(sentence) {
    this.message.textContent = sentence;
  }

  /** @param {string} station */
  add(station) {
    const name = this.tiles.name(station);
    const there = this.tiles.stations.indexOf(station) >= 0;
    const full = this.tiles.stations.length >= MOST_STATIONS;
    if (!there && !full) {
      this.tiles.add(station);
      this.changed();
    }
    this.say(fill(there ? this.texts.there : full ? this.texts.full : this.texts.added, { label: name, count: MOST_STATIONS }));
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
      this.say(fill(this.texts.removed, { label: this.tiles.name(tile.station) }));
      (next ? part(next.root, "wall__remove", HTMLButtonElement) : this.query).focus();
    }
  }

  /**
   * @param {import("./tile.js").Tile} tile
   * @param {number} to
   */
  order(tile, to) {
    this.tiles.move(tile, to);
    const place = this.tiles.all.indexOf(tile) + 1;
    this.say(fill(this.texts.place, { label: this.tiles.name(tile.station), place, count: this.tiles.all.length }));
  }

  /**
   * @param {Element} from
   * @param {Element} to
   */
  dropped(from, to) {
    const tile = this.tiles.all.find((each) => each.root === from);
    if (tile) this.order(tile, this.tiles.all.findIndex((each) => each.root === to));
  }

  /** A button of the common clock. @param {Event} event */
  steered(event) {
    const button = /** @type {Element} */ (event.target).closest("button");
    if (!button) return;
    if (button === this.pauseButton) this.replay.pause(!this.replay.paused);
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
      this.say(this.texts.noTime);
      this.time.focus();
      return;
    }
    this.say("");
    this.replay.showTime(meant);
    this.showTime();
    this.changed();
  }

  /** A station was asked for: by its numbers at once, by words among the rows of the search. @param {Event} event */
  async asked(event) {
    event.preventDefault();
    const query = this.query.value.trim();
    if (query === "") return;
    const station = stationId(query);
    this.found.textContent = "";
    this.query.setAttribute("aria-invalid", "false");
    if (station !== null) {
      this.query.value = "";
      this.add(station);
      this.checkDoubted();
      return;
    }
    try {
      this.say(this.texts.searching);
      const { find } = await import("./finder.js");
      const rows = await find(setting(this.root, "rowsUrl"), query);
      this.say(fill(rows.length > 0 ? this.texts.found : this.texts.nothing, { query, count: rows.length }));
      rows.forEach((row) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button button--quiet";
        button.textContent = `${this.tiles.name(row.id)}: ${row.name}, ${row.address}`;
        button.addEventListener("click", () => {
          this.add(row.id);
          this.query.value = "";
          this.found.textContent = "";
          this.query.focus();
        });
        item.appendChild(button);
        this.found.appendChild(item);
      });
    } catch (error) {
      console.warn("wall:", error);
      this.say(this.texts.failed);
    }
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
        const { status } = await fetch(fill(setting(this.root, "stationUrl"), { id: station }), { method: "HEAD" });
        if (status !== 403 && status !== 404) return;
      } catch (_offline) {
        this.doubted.delete(station);
        return;
      }
      if (this.tiles.all.indexOf(tile) < 0) return;
      this.tiles.remove(tile);
      this.note(fill(this.texts.unknownStation, { label: this.tiles.name(station) }));
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
    this.pauseButton.setAttribute("aria-pressed", String(replay.paused));
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
