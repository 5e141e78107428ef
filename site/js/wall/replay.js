// What all tiles of a wall show together: the live pictures, or the recording at one wall-clock time.

import { fetchDay } from "../day/days.js";
import { renditionOf, stillAt } from "../day/recording.js";
import { civil, momentAt } from "../day/zone.js";
import { ONE_OF_SEVERAL } from "../player/config.js";
import { browserWorld } from "../world.js";
import { correction, liveClock, running, shownAt } from "./clock.js";
import { absence, askNow, outdated, unasked, whyNoDay } from "./record.js";

/** @typedef {import("./tile.js").Tile} Tile */

/** A still that is older than this (minutes) shows another moment. */
const OLDEST_STILL = 4;

export class Replay {
  /**
   * @param {string} timeZone
   * @param {{libraryUrl: string, workerUrl: string}} library
   * @param {() => Tile[]} tiles
   * @param {() => number} now by the server's clock
   * @param {() => void} plan let the tiles be planned anew
   */
  constructor(timeZone, library, tiles, now, plan) {
    this.timeZone = timeZone;
    this.library = library;
    this.tiles = tiles;
    this.now = now;
    this.plan = plan;
    /** Whether the recording is shown. */ this.recorded = false;
    this.paused = false;
    /** @type {import("./clock.js").Clock | null} */ this.clock = null;
    /** Sequence numbers seen of each playlist: outlive the players. @type {Map<string, number>} */ this.seen = new Map();
    this.timer = window.setInterval(() => this.sync(), 500);
  }

  /** @returns {number} the moment whose pictures are to be seen; where nothing is seen yet, some seconds ago */
  get moment() {
    return this.clock === null ? this.now() - 20000 : shownAt(this.clock, Date.now());
  }

  /** @returns {{date: string, seconds: number}} the same by the election's clock */
  get timeOfDay() {
    const { date, hour, minute, second } = civil(this.moment, this.timeZone);
    return { date, seconds: hour * 3600 + minute * 60 + second };
  }

  /**
   * Show the recording at this moment.
   * @param {number} moment
   */
  show(moment) {
    const before = this.recorded;
    this.recorded = true;
    // The clock waits for the first picture.
    this.clock = { moment: Math.min(moment, this.now()), at: Date.now(), runs: false };
    this.askAgain();
    this.tiles().forEach((tile) => {
      if (!before) {
        if (tile.program !== "") tile.end();
        // The newest still shows another moment.
        tile.keptStill(null);
      } else {
        tile.picture = null;
        tile.jumpedAt = Date.now();
        if (tile.engine && tile.engine.seek && tile.moves) tile.engine.seek(moment);
        else if (tile.program !== "") tile.end();
      }
    });
    this.plan();
    this.sync();
  }

  /** @param {{date: string, seconds: number}} time */
  showTime(time) {
    this.show(momentAt(time.date, time.seconds, this.timeZone));
  }

  /** Show the live pictures. */
  live() {
    this.recorded = false;
    this.clock = null;
    this.pause(false);
    this.tiles().forEach((tile) => {
      tile.miss("");
      tile.asked = unasked("");
      if (tile.program !== "") tile.end();
      tile.newestStill();
    });
    this.plan();
  }

  /** @param {boolean} paused */
  pause(paused) {
    this.paused = paused;
    if (this.clock !== null) this.clock = running(this.clock, !paused, Date.now());
    this.tiles().forEach((tile) => {
      tile.pause(paused);
      if (!paused) tile.unblock();
    });
  }

  /**
   * Let a tile play what the wall shows.
   * @param {Tile} tile
   * @returns {boolean} whether there is something to play
   */
  start(tile) {
    const { station } = tile;
    tile.paused = this.paused;
    if (!this.recorded) {
      const addresses = Object.assign({ playlistUrl: `/live/${station}/master.m3u8` }, this.library);
      tile.play("live", (video, emit) => import("../player/engines.js").then(({ createEngine }) => (
        createEngine(video, addresses, emit, this.seen, ONE_OF_SEVERAL))));
    } else if (tile.day !== null && tile.day.date === this.timeOfDay.date && tile.absence === "") {
      const { day } = tile;
      tile.play("record", (video, emit) => import("../player/recorded.js").then(({ createRecordedEngine }) => (
        createRecordedEngine(video, this.library, () => tile.day || day, this.moment, emit, { rendition: "sub", settings: ONE_OF_SEVERAL }))));
    }
    tile.renewStill(false);
    return tile.program !== "";
  }

  /**
   * Let a tile show a still.
   * @param {Tile} tile
   * @param {boolean} seen whether anybody sees it
   */
  rest(tile, seen) {
    if (tile.program !== "") tile.end();
    tile.renewStill(seen && !this.recorded);
  }

  /** Bring every tile to the wall's clock, and the clock to the tiles where they cannot follow. */
  sync() {
    const now = Date.now();
    const tiles = this.tiles();
    tiles.forEach((tile) => {
      tile.tick();
      tile.look();
    });
    const moving = tiles.filter((tile) => tile.moves && tile.picture !== null);
    if (this.recorded) this.follow(tiles, moving, now);
    else if (!this.paused) this.clock = moving.length > 0 ? liveClock(this.clock, moving.map((tile) => Number(tile.picture)), now) : null;
    const { clock } = this;
    if (clock === null) return;
    const target = shownAt(clock, now);
    moving.forEach((tile) => tile.correct(target, correction(target, Number(tile.picture), now - tile.jumpedAt, clock.runs), now));
  }

  /**
   * @param {Tile[]} tiles
   * @param {Tile[]} moving
   * @param {number} now
   */
  follow(tiles, moving, now) {
    if (this.clock === null) return;
    // It stands while all are on the way, and goes on with the first that moves or where there is nothing to wait for.
    const holds = this.paused || (moving.length === 0 && tiles.some((tile) => tile.coming));
    this.clock = running(this.clock, !holds, now);
    const { date } = this.timeOfDay;
    let planned = false;
    tiles.filter((tile) => tile.onScreen).forEach((tile) => {
      const { day } = tile;
      const known = day !== null && day.date === date;
      if (!known || outdated(day, this.moment)) this.ask(tile, date, known, now);
      if (!known) return;
      const before = tile.absence;
      tile.miss(absence(day, renditionOf(day, "sub"), this.moment));
      if (tile.absence !== "" && tile.program !== "") tile.end();
      if (tile.program === "") tile.keptStill(stillAt(day, this.moment, OLDEST_STILL));
      planned = planned || (before !== "" && tile.absence === "");
    });
    if (planned) this.plan();
  }

  /**
   * Ask for a tile's day, unless that was done a moment ago.
   * @param {Tile} tile
   * @param {string} date
   * @param {boolean} known
   * @param {number} now
   */
  ask(tile, date, known, now) {
    if (tile.asked.date !== date) {
      tile.asked = unasked(date);
      if (tile.program === "") tile.miss("connecting");
    }
    if (browserWorld.visible() && askNow(tile.asked, known, now)) this.read(tile, tile.asked);
  }

  /**
   * @param {Tile} tile
   * @param {import("./record.js").Asked} asked
   */
  async read(tile, asked) {
    const { date } = asked;
    asked.at = Date.now();
    asked.waits = true;
    try {
      const day = await fetchDay(tile.station, date);
      asked.failures = 0;
      if (tile.asked === asked) tile.day = day;
    } catch (error) {
      asked.failures += 1;
      const known = tile.day !== null && tile.day.date === date;
      if (this.recorded && tile.asked === asked && !known) tile.miss(whyNoDay(/** @type {{status?: number}} */ (error).status));
      return;
    } finally {
      asked.waits = false;
    }
    this.sync();
    this.plan();
  }

  /** What did not come may come now: the viewer asked again, or the connection is back. */
  askAgain() {
    this.tiles().forEach((tile) => { tile.asked.failures = Math.min(tile.asked.failures, 1); });
  }

  destroy() {
    window.clearInterval(this.timer);
  }
}
