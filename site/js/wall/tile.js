// One tile of a wall: a still, the live picture or the recording of a moment, and in words what is going on. It fails
// alone.

import { stillUrl } from "../day/timeline.js";
import { momentAt } from "../day/zone.js";
import { part } from "../page.js";
import * as machine from "../player/machine.js";
import { Pilot } from "../player/pilot.js";
import { Still } from "../player/still.js";
import { fill } from "../text.js";
import { browserWorld } from "../world.js";
import { unasked } from "./record.js";

/** @typedef {import("../player/engines.js").Engine} Engine */
/** @typedef {(video: HTMLVideoElement, emit: (event: import("../player/machine.js").PlayerEvent) => void) => Promise<Engine | null>} Open */

export class Tile {
  /**
   * @param {HTMLElement} root
   * @param {string} station
   * @param {Record<string, string>} texts
   * @param {(moment: number) => string} clock
   */
  constructor(root, station, texts, clock) {
    this.root = root;
    this.station = station;
    this.texts = texts;
    this.clock = clock;
    this.video = part(root, "wall__video", HTMLVideoElement);
    this.image = document.createElement("img");
    this.image.className = "wall__still";
    this.image.width = 320;
    this.image.height = 180;
    this.image.hidden = true;
    part(root, "wall__screen", HTMLElement).insertBefore(this.image, this.video);
    this.words = part(root, "wall__words", HTMLElement);
    this.time = part(root, "wall__time", HTMLTimeElement);
    this.still = new Still(this.image, `/live/${station}/still.jpg`, () => this.showTime());
    /** What the tile plays: the name of the program, "" for a still. */
    this.program = "";
    /** @type {Open | null} */ this.open = null;
    this.pilot = new Pilot(machine, this.video, {
      open: (emit) => (this.open === null ? Promise.resolve(null) : this.open(this.video, emit)),
      showVideo: (wanted) => this.root.classList.toggle("wall__tile--video", wanted),
      say: () => this.speak(),
    });
    this.lastPosition = 0;
    /** When the picture on screen was taken (ms). @type {number | null} */ this.picture = null;
    /** When the tile last jumped to the wall's clock (ms). */ this.jumpedAt = 0;
    /** Whether the pictures of all tiles stand still. */ this.paused = false;
    /** Said instead of a picture: there is none of this moment. */ this.absence = "";
    this.onScreen = false;
    /** Whether the station was live by the last status. */ this.wasLive = false;
    /** @type {import("../day/timeline.js").Day | null} */ this.day = null;
    this.asked = unasked("");
    /** Of which moment the still of the recording is that is shown. @type {number | null} */ this.stillOf = null;
    this.video.addEventListener("timeupdate", () => this.watchPosition());
    this.video.addEventListener("waiting", () => this.paused || this.take({ type: "starved" }));
  }

  get state() {
    return this.pilot.state;
  }

  get engine() {
    return this.pilot.engine;
  }

  /** @returns {boolean} whether its picture moves */
  get moves() {
    return this.state.phase === "playing";
  }

  /** @returns {boolean} whether its picture is on the way */
  get coming() {
    return this.state.phase === "loading" || this.state.phase === "buffering";
  }

  /**
   * Play a program, once it is not the one that is played already; without one show the still.
   * @param {string} program
   * @param {Open | null} open
   */
  play(program, open) {
    if (program === this.program) return;
    if (this.program !== "") this.end();
    this.program = program;
    this.open = open;
    if (open === null) return;
    this.picture = null;
    this.video.hidden = false;
    this.take({ type: "play" });
  }

  /** Give up the video: player, buffers and decoder. */
  end() {
    this.take({ type: "stop" });
    this.program = "";
    this.open = null;
    this.video.hidden = true;
    this.picture = null;
    this.showTime();
  }

  /** Pause or go on, with all tiles. @param {boolean} paused */
  pause(paused) {
    this.paused = paused;
    if (this.program === "") return;
    if (paused) this.video.pause();
    else this.pilot.playVideo();
  }

  /** Renew the still as long as it is what is seen. @param {boolean} wanted */
  renewStill(wanted) {
    if (wanted && this.program === "") this.still.poller.start();
    else this.still.poller.stop();
  }

  /**
   * Show a still of the recording, or none.
   * @param {number | null} minute of the day since midnight
   */
  keptStill(minute) {
    if (this.day === null || minute === null) {
      this.stillOf = null;
      this.image.hidden = true;
      this.image.removeAttribute("src");
      return;
    }
    const url = stillUrl(this.day, minute);
    this.stillOf = momentAt(this.day.date, minute * 60, this.day.timeZone);
    if (this.image.getAttribute("src") !== url) this.image.src = url;
  }

  /** Show the newest still again. */
  newestStill() {
    this.stillOf = null;
    this.still.attempts = 0;
    this.image.src = this.still.url;
  }

  /** @param {string} absence name of the words for a moment without a picture, "" if there is one */
  miss(absence) {
    if (absence === this.absence) return;
    this.absence = absence;
    this.root.classList.toggle("wall__tile--empty", absence !== "");
    this.speak();
  }

  /** @param {import("../player/machine.js").PlayerEvent} event */
  take(event) {
    this.pilot.take(event);
  }

  /** The viewer pressed play: what the browser did not start by itself may start now. */
  unblock() {
    if (this.state.phase !== "paused") return;
    this.take({ type: "resume" });
    this.pilot.playVideo();
  }

  /** Go on playing after the element was moved in the document, which stops it. */
  revive() {
    if (this.program !== "" && !this.paused) this.pilot.playVideo();
  }

  watchPosition() {
    const position = this.video.currentTime;
    if (position > this.lastPosition + 0.05 && !this.video.seeking) {
      this.take({ type: "moved" });
      if (this.paused) this.video.pause();
    }
    this.lastPosition = position;
    this.look();
  }

  /** Learn what is on screen. */
  look() {
    const picture = this.engine !== null && this.moves ? this.engine.pictureTime() : null;
    if (picture !== null) this.picture = picture;
    this.showTime();
  }

  /**
   * Show the moment: by a jump, or by a rate.
   * @param {number} moment
   * @param {{jump: boolean, rate: number}} correction
   * @param {number} now
   */
  correct(moment, correction, now) {
    if (this.engine === null || this.picture === null) return;
    if (this.video.playbackRate !== correction.rate) this.video.playbackRate = correction.rate;
    if (!correction.jump) return;
    if (this.engine.seek) this.engine.seek(moment);
    else {
      // Only as far as there are pictures: a station that is late stays late.
      const { seekable, currentTime } = this.video;
      const last = seekable.length > 0 ? seekable.end(seekable.length - 1) - 4 : 0;
      const wanted = currentTime + (moment - this.picture) / 1000;
      if (wanted > last) return;
      this.video.currentTime = wanted;
    }
    this.jumpedAt = now;
  }

  tick() {
    // A picture that stands because all do is not lost; one that did not come may be.
    if (!browserWorld.visible() || (this.paused && this.state.phase !== "loading")) return;
    this.take({ type: "tick" });
  }

  speak() {
    const said = this.program === "" && this.state.phase === "idle" ? "" : this.texts[this.state.said] || "";
    const why = this.texts[this.absence] || this.texts.reason_unknown;
    const sentence = this.absence === "" ? said : this.absence.startsWith("reason_") ? fill(this.texts.noPicture, { reason: why }) : why;
    if (this.words.textContent !== sentence) this.words.textContent = sentence;
  }

  showTime() {
    const moment = this.program !== "" ? this.picture : this.image.hidden ? null : this.stillOf || this.still.moment;
    const words = moment === null || this.absence !== "" ? "" : this.clock(moment);
    if (this.time.textContent !== words) this.time.textContent = words;
    if (moment !== null) this.time.dateTime = new Date(moment).toISOString();
  }

  destroy() {
    this.end();
    this.pilot.destroy();
    this.still.destroy();
    this.image.removeAttribute("src");
  }
}
