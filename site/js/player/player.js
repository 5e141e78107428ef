// The player of the station page: shows video or still, and says in words what is going on.

import { part, setting, textsOf } from "../page.js";
import { clockIn, duration, fill } from "../text.js";
import { browserWorld } from "../world.js";
import { DataUse } from "./data_use.js";
import { Still } from "./still.js";

/** @typedef {import("./machine.js").PlayerEvent} PlayerEvent */

/**
 * What the player plays: `open` returns an engine for the video element, null where this browser cannot play it.
 * @typedef {{live: boolean, open: (video: HTMLVideoElement, emit: (event: PlayerEvent) => void) => Promise<import("./engines.js").Engine | null>}} Program
 */

/** States in which a station shows nothing, and the status tells when it does again. */
const RESTING = ["scheduled", "maintenance", "paused", "closed", "archived"];

/** All else is the machine's, which is fetched when somebody plays. */
const AT_REST = /** @type {import("./machine.js").PlayerState} */ ({ phase: "idle" });

export class Player {
  /**
   * @param {HTMLElement} root
   * @param {import("../states.js").States | null} states
   */
  constructor(root, states) {
    this.states = states;
    this.station = setting(root, "station");
    /** Whether the election is over: there is nothing but the recording, and the picture stays as it is. */
    this.archived = root.hasAttribute("data-archived");
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
    this.root = root;
    this.recordingButton = part(root, "player__recording", HTMLButtonElement);
    this.still = new Still(part(root, "player__still", HTMLImageElement), setting(root, "stillUrl"), () => {
      this.showTime();
      this.dataUse.show();
    });
    this.dataUse = new DataUse(root, texts, this.still, () => this.dataUseChanged());
    /** The buttons of the video, once somebody plays. @type {import("./controls.js").Controls | null} */
    this.controls = null;
    /** Shows the recording of the day, where there is one. @type {(() => void) | null} */
    this.recording = null;

    /** What drives the video, once somebody plays. @type {import("./pilot.js").Pilot | null} */
    this.pilot = null;
    /** Whether it is being fetched. */
    this.preparing = false;
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
    /** @type {import("./machine.js").Message} */
    this.said = "";
    /** When the last picture of the video was taken (ms). @type {number | null} */
    this.lastPicture = null;
    this.lastPosition = 0;
    this.showingStill = true;
    this.stillsPaused = false;
    this.wasLive = false;

    this.listening = new AbortController();
    // It promises the live picture, whatever was played before.
    this.on(this.playButton, "click", () => (this.program.live ? this.play() : this.show()));
    this.on(this.stopButton, "click", () => this.stop());
    this.on(this.refreshButton, "click", () => this.toggleStills());
    this.on(this.recordingButton, "click", () => this.recording && this.recording());
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
    this.refreshButton.hidden = this.archived;
    this.showButtons();
    if (!this.archived) this.still.poller.start();
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

  /** @returns {import("./machine.js").PlayerState} */
  get state() {
    return this.pilot === null ? AT_REST : this.pilot.state;
  }

  /** @returns {import("./engines.js").Engine | null} */
  get engine() {
    return this.pilot === null ? null : this.pilot.engine;
  }

  /** @param {PlayerEvent} event */
  take(event) {
    if (this.pilot !== null) this.pilot.take(event);
  }

  /** Another phase of playing has begun. */
  changed() {
    this.showButtons();
    if (this.state.phase === "over") this.root.dispatchEvent(new CustomEvent("player:over", { bubbles: true }));
  }

  /** The viewer wants to watch. The click also lets later, automatic starts play. */
  play() {
    // Laid out but not seen: hls.js chooses the quality by its size.
    this.video.hidden = false;
    this.fetchControls();
    if (this.pilot === null) this.prepare();
    else this.take({ type: "play" });
    this.showButtons();
  }

  stop() {
    this.preparing = false;
    this.take({ type: "stop" });
    this.showButtons();
  }

  /** Fetch what drives the video, again and again on a bad connection, and begin. */
  async prepare() {
    if (this.preparing) return;
    this.preparing = true;
    this.say("connecting");
    for (let attempt = 0; this.preparing; attempt += 1) {
      try {
        // A browser may remember a failed import by its address.
        const again = attempt === 0 ? "" : `?again=${attempt}`;
        const [machine, { Pilot }] = await Promise.all([import(`./machine.js${again}`), import(`./pilot.js${again}`)]);
        this.pilot = new Pilot(machine, this.video, {
          open: (/** @type {import("./engines.js").Emit} */ emit) => this.program.open(this.video, emit),
          opened: (/** @type {import("./engines.js").Engine} */ engine) => engine.choose && engine.choose(this.dataUse.quality),
          showVideo: (/** @type {boolean} */ wanted) => this.showStill(!wanted),
          say: (/** @type {import("./machine.js").Message} */ message) => this.say(message),
          changed: () => this.changed(),
        });
        break;
      } catch (error) {
        console.warn("player:", error);
        this.say("retrying");
        await new Promise((resolve) => { window.setTimeout(resolve, 5000 + 5000 * Math.random()); });
      }
    }
    const wanted = this.preparing;
    this.preparing = false;
    if (!wanted) return;
    if (navigator.onLine === false) this.take({ type: "offline" });
    this.stateChanged();
    this.take({ type: "play" });
  }

  /** @param {import("./machine.js").Message} message */
  say(message) {
    this.said = message;
    this.speak();
  }

  /** The browser's own controls stay where ours do not arrive. */
  async fetchControls() {
    if (this.controls !== null) return;
    try {
      const { Controls } = await import("./controls.js");
      if (this.controls === null && !this.listening.signal.aborted) this.controls = new Controls(this.root, this);
    } catch (error) {
      console.warn("player controls:", error);
    }
  }

  /** Show the buttons that fit what the player is doing. */
  showButtons() {
    // Asked for first: an element that is hidden has lost it.
    const focused = document.activeElement;
    const { phase } = this.state;
    const nothing = phase === "unsupported";
    const off = !this.preparing && (phase === "idle" || phase === "over" || nothing);
    this.video.hidden = off;
    this.stopButton.hidden = off;
    // Where the live picture cannot be shown there is nothing to press; where a recording cannot, it may be.
    this.playButton.hidden = !off || this.archived || this.dataUse.mode === "stills" || (nothing && this.program.live);
    this.recordingButton.hidden = (phase !== "over" && !(this.archived && off)) || this.recording === null;
    if (this.controls) this.controls.update();
    this.keepFocus(focused);
  }

  /**
   * Let the focus not get lost with a button that is hidden: it goes to what does the opposite.
   * @param {Element | null} focused what had it
   */
  keepFocus(focused) {
    if (focused === null || !this.root.contains(focused) || focused.closest("[hidden]") === null) return;
    const next = [this.recordingButton, this.playButton, this.stopButton].find((button) => !button.hidden) || this.dataUse.select;
    next.focus({ preventScroll: true });
  }

  /** @returns {number} the moment it is, by the server's clock where that is known */
  now() {
    return this.states ? this.states.now() : Date.now();
  }

  dataUseChanged() {
    if (this.dataUse.mode === "stills" && this.state.phase !== "idle") this.take({ type: "stop" });
    this.applyQuality();
    this.showButtons();
  }

  /** Play in the quality that was chosen. */
  applyQuality() {
    if (this.engine && this.engine.choose) this.engine.choose(this.dataUse.quality);
    this.dataUse.show();
    if (this.controls) this.controls.update();
  }

  /**
   * Play something else from now on, such as the recording of a moment; without an argument the live picture. Who wants
   * pictures only gets the newest one.
   * @param {Program} [program]
   */
  show(program) {
    this.program = program || this.live;
    this.take({ type: "stop" });
    this.lastPicture = null;
    this.lastPosition = 0;
    if (this.dataUse.mode !== "stills") this.play();
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

  playVideo() {
    if (this.pilot !== null) this.pilot.playVideo();
  }

  /** @param {boolean} wanted the still instead of the video */
  showStill(wanted) {
    this.showingStill = wanted;
    this.video.classList.toggle("player__video--unseen", wanted);
    const focused = document.activeElement;
    this.refreshButton.hidden = !wanted || this.archived;
    if (wanted && !this.stillsPaused && !this.archived) this.still.poller.start();
    else this.still.poller.stop();
    this.keepFocus(focused);
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
    if (this.engine && this.engine.renditions && this.program.live) {
      const renditions = this.engine.renditions();
      if (renditions.length > 0) this.dataUse.renditions = renditions;
      this.dataUse.show();
    }
    if (this.controls) this.controls.update();
  }

  /** The station came back: do not wait for the end of a pause. */
  stateChanged() {
    const state = this.states === null ? "unknown" : this.states.stateOf(this.station);
    const live = state === "live";
    if (!live) this.take({ type: "station", resting: RESTING.indexOf(state) >= 0 });
    if (live && !this.wasLive) this.take({ type: "station-live" });
    this.wasLive = live;
    this.speak();
  }

  /** Say what is going on, in the polite live region; only what changed is read out. */
  speak() {
    const words = (this.program.live ? "" : this.texts[`recorded_${this.said}`]) || this.texts[this.said];
    const parts = this.said === "" ? [] : [words];
    if (["retrying", "disconnected", "resting", "over"].indexOf(this.said) >= 0) {
      if (this.lastPicture !== null) parts.push(fill(this.texts.lastPicture, { time: this.clock(this.lastPicture) }));
      if ((this.said === "retrying" || this.said === "resting") && this.states && this.states.status) {
        parts.push(fill(this.texts.stationState, { state: this.states.wordsOf(this.station) }));
      }
    }
    const sentence = parts.join(" ");
    if (this.message.textContent !== sentence) this.message.textContent = sentence;
  }

  /** Show the time of the picture on screen and how long ago that was. */
  showTime() {
    this.listeners.forEach((changed) => changed());
    const now = this.now();
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
    this.stopStates();
    this.listening.abort();
    this.preparing = false;
    if (this.pilot) this.pilot.destroy();
    if (this.controls) this.controls.destroy();
    this.dataUse.destroy();
    this.still.destroy();
  }
}
