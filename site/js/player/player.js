// The player of the station page: carries out the machine's commands and says in words what is going on.

import { part, setting, textsOf } from "../page.js";
import { clockIn, duration, fill } from "../text.js";
import { browserWorld } from "../world.js";
import { INITIAL, step } from "./machine.js";
import { Still } from "./still.js";

/** @typedef {import("./machine.js").PlayerEvent} PlayerEvent */
/** @typedef {import("./machine.js").Command} Command */

/**
 * What the player plays: `open` returns an engine for the video element, null where this browser cannot play it.
 * @typedef {{live: boolean, open: (video: HTMLVideoElement, emit: (event: PlayerEvent) => void) => Promise<import("./engines.js").Engine | null>}} Program
 */

export class Player {
  /**
   * @param {HTMLElement} root
   * @param {import("../states.js").States | null} states
   */
  constructor(root, states) {
    this.states = states;
    this.station = setting(root, "station");
    this.addresses = {
      playlistUrl: setting(root, "playlistUrl"), libraryUrl: setting(root, "libraryUrl"), workerUrl: setting(root, "workerUrl"),
    };
    const texts = textsOf(root, "player__texts");
    this.texts = texts;
    this.units = { seconds: texts.seconds, minutes: texts.minutes, hours: texts.hours };
    this.clock = clockIn(setting(root, "timeZone"));
    this.video = part(root, "player__video", HTMLVideoElement);
    this.playButton = part(root, "player__play", HTMLButtonElement);
    this.stopButton = part(root, "player__stop", HTMLButtonElement);
    this.refreshButton = part(root, "player__refresh", HTMLButtonElement);
    this.message = part(root, "player__message", HTMLElement);
    this.clockLine = part(root, "player__clock", HTMLElement);
    this.clockLabel = part(root, "player__clock-label", HTMLElement);
    this.clockTime = part(root, "player__time", HTMLTimeElement);
    this.clockDelay = part(root, "player__delay", HTMLElement);
    this.still = new Still(part(root, "player__still", HTMLImageElement), setting(root, "stillUrl"), () => this.showTime());

    /** @type {import("./machine.js").PlayerState} */
    this.state = INITIAL;
    /** @type {import("./engines.js").Engine | null} */
    this.engine = null;
    /** @type {import("./engines.js").Seen} */
    this.seen = new Map();
    /** @type {Program} */
    this.live = {
      live: true,
      open: (video, emit) => import("./engines.js").then(({ createEngine }) => createEngine(video, this.addresses, emit, this.seen)),
    };
    this.program = this.live;
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    /** Counts engines, so that one that arrives after it was given up is dropped. */
    this.generation = 0;
    /** @type {number | null} */
    this.retryTimer = null;
    /** @type {import("./machine.js").Message} */
    this.said = "";
    /** When the last picture of the video was taken (ms). @type {number | null} */
    this.lastPicture = null;
    this.lastPosition = 0;
    this.showingStill = true;
    this.stillsPaused = false;
    this.wasLive = false;

    this.listening = new AbortController();
    this.on(this.playButton, "click", () => this.play());
    this.on(this.stopButton, "click", () => this.stop());
    this.on(this.refreshButton, "click", () => this.toggleStills());
    this.on(this.video, "timeupdate", () => this.watchPosition());
    this.on(this.video, "waiting", () => this.take({ type: "starved" }));
    // A pause in a hidden tab is the device's doing, not the viewer's wish.
    this.on(this.video, "pause", () => browserWorld.visible() && !this.video.ended && this.take({ type: "pause" }));
    this.on(this.video, "play", () => this.take({ type: "resume" }));
    this.on(window, "online", () => this.take({ type: "online" }));
    this.on(window, "offline", () => this.take({ type: "offline" }));
    this.on(document, "visibilitychange", () => this.returned());
    this.stopStates = states ? states.listen(() => this.stateChanged()) : () => undefined;
    this.ticker = window.setInterval(() => this.tick(), 1000);

    this.video.classList.add("player__video--unseen");
    this.playButton.hidden = this.refreshButton.hidden = false;
    this.still.poller.start();
  }

  /**
   * @param {EventTarget} target
   * @param {string} type
   * @param {() => void} handler
   */
  on(target, type, handler) {
    target.addEventListener(type, handler);
    this.listening.signal.addEventListener("abort", () => target.removeEventListener(type, handler));
  }

  /**
   * Hand an event to the machine and carry out what it decides.
   * @param {PlayerEvent} event
   */
  take(event) {
    const [state, commands] = step(this.state, event, Date.now(), Math.random());
    this.state = state;
    commands.forEach((command) => this.carryOut(command));
  }

  /** @param {Command} command */
  carryOut(command) {
    switch (command.do) {
      case "start": this.start(); break;
      case "suspend": if (this.engine) this.engine.suspend(); break;
      case "continue": if (this.engine) this.engine.resume(); break;
      case "destroy": this.destroyEngine(); break;
      case "recover-media":
        if (this.engine) this.engine.recover();
        this.playVideo();
        break;
      case "seek-live": if (this.engine) this.engine.seekLive(); break;
      case "schedule-retry":
        this.cancelRetry();
        this.retryTimer = window.setTimeout(() => this.take({ type: "retry-due" }), command.milliseconds);
        break;
      case "cancel-retry": this.cancelRetry(); break;
      case "show-still": this.showStill(true); break;
      case "show-video": this.showStill(false); break;
      case "say":
        this.said = command.message;
        this.speak();
        break;
      default: break;
    }
  }

  /** The viewer wants to watch. The click also lets later, automatic starts play. */
  play() {
    this.playButton.hidden = true;
    this.stopButton.hidden = false;
    // Laid out but not seen: hls.js chooses the quality by its size.
    this.video.hidden = false;
    this.take({ type: "play" });
    this.stopButton.focus({ preventScroll: true });
  }

  stop() {
    this.take({ type: "stop" });
    this.video.hidden = true;
    this.stopButton.hidden = true;
    this.playButton.hidden = false;
    this.playButton.focus({ preventScroll: true });
  }

  /**
   * Play something else from now on, such as the recording of a moment; without an argument the live picture.
   * @param {Program} [program]
   */
  show(program) {
    this.program = program || this.live;
    this.take({ type: "stop" });
    this.lastPicture = null;
    this.lastPosition = 0;
    this.play();
  }

  /**
   * Call `changed` whenever another picture is on screen; returns how to stop that.
   * @param {() => void} changed
   * @returns {() => void}
   */
  listen(changed) {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  async start() {
    const generation = this.generation;
    if (this.engine === null) {
      try {
        const engine = await this.program.open(this.video, (event) => {
          if (generation === this.generation) this.take(event);
        });
        if (generation !== this.generation) {
          if (engine) engine.destroy();
          return;
        }
        if (engine === null) {
          this.take({ type: "unsupported" });
          return;
        }
        this.engine = engine;
      } catch (error) {
        console.warn("player:", error);
        if (generation === this.generation) this.take({ type: "fatal", kind: "other" });
        return;
      }
    }
    this.engine.start();
    this.playVideo();
  }

  /** Start the video element; muted video may always start, unless the device saves power. */
  async playVideo() {
    try {
      await this.video.play();
    } catch (error) {
      if (error instanceof DOMException && error.name === "NotAllowedError") this.take({ type: "blocked" });
    }
  }

  destroyEngine() {
    this.generation += 1;
    if (this.engine === null) return;
    this.engine.destroy();
    this.engine = null;
  }

  cancelRetry() {
    if (this.retryTimer !== null) window.clearTimeout(this.retryTimer);
    this.retryTimer = null;
  }

  /** @param {boolean} wanted the still instead of the video */
  showStill(wanted) {
    this.showingStill = wanted;
    this.video.classList.toggle("player__video--unseen", wanted);
    this.refreshButton.hidden = !wanted;
    if (wanted && !this.stillsPaused) this.still.poller.start();
    else this.still.poller.stop();
    this.showTime();
  }

  toggleStills() {
    this.stillsPaused = !this.stillsPaused;
    this.refreshButton.setAttribute("aria-pressed", String(this.stillsPaused));
    this.showStill(this.showingStill);
  }

  /** Tell the machine when the picture moved on. */
  watchPosition() {
    const position = this.video.currentTime;
    if (position > this.lastPosition + 0.05 && !this.video.paused && !this.video.seeking) {
      this.take({ type: "moved" });
      const picture = this.engine && this.state.phase === "playing" ? this.engine.pictureTime() : null;
      if (picture !== null) this.lastPicture = picture;
      this.showTime();
    }
    this.lastPosition = position;
  }

  /** The page came to the front or went to the back. */
  returned() {
    if (!browserWorld.visible()) return;
    this.take({ type: "visible" });
    if (this.engine !== null && this.video.paused && this.state.phase !== "paused") this.playVideo();
  }

  tick() {
    if (!browserWorld.visible()) return;
    this.take({ type: "tick" });
    this.showTime();
  }

  /** The station came back: do not wait for the end of a pause. */
  stateChanged() {
    const live = this.states !== null && this.states.stateOf(this.station) === "live";
    if (live && !this.wasLive) this.take({ type: "station-live" });
    this.wasLive = live;
    this.speak();
  }

  /** Say what is going on, in the polite live region; only what changed is read out. */
  speak() {
    const words = (this.program.live ? "" : this.texts[`recorded_${this.said}`]) || this.texts[this.said];
    const parts = this.said === "" ? [] : [words];
    if (this.said === "retrying" || this.said === "disconnected") {
      if (this.lastPicture !== null) parts.push(fill(this.texts.lastPicture, { time: this.clock(this.lastPicture) }));
      if (this.said === "retrying" && this.states && this.states.status) {
        parts.push(fill(this.texts.stationState, { state: this.states.wordsOf(this.station) }));
      }
    }
    const sentence = parts.join(" ");
    if (this.message.textContent !== sentence) this.message.textContent = sentence;
  }

  /** Show the time of the picture on screen and how long ago that was. */
  showTime() {
    this.listeners.forEach((changed) => changed());
    const now = this.states ? this.states.now() : Date.now();
    const inVideo = !this.showingStill;
    const moment = inVideo ? this.lastPicture : this.still.moment;
    this.clockLine.hidden = moment === null || (!inVideo && this.still.image.hidden);
    if (moment === null) return;
    const label = inVideo ? this.texts.pictureOf : this.still.takenKnown ? this.texts.pictureTaken : this.texts.pictureFetched;
    this.clockLabel.textContent = label;
    this.clockTime.textContent = this.clock(moment);
    this.clockTime.dateTime = new Date(moment).toISOString();
    this.clockDelay.textContent = `(${fill(inVideo ? this.texts.behind : this.texts.ago, { time: duration(now - moment, this.units) })})`;
  }

  destroy() {
    window.clearInterval(this.ticker);
    this.cancelRetry();
    this.stopStates();
    this.listening.abort();
    this.destroyEngine();
    this.still.destroy();
  }
}
