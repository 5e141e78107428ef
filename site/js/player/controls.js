// The buttons of the video, in place of the browser's own; fetched when somebody plays.

import { choice, choose } from "../choices.js";
import { part } from "../page.js";
import { fill } from "../text.js";
import { videoCost } from "./saver.js";

/** A live picture older than this (ms) has something newer to go to. */
const BEHIND = 45000;
/** Phases in which the button pauses; in all others it goes on. */
const RUNNING = ["loading", "playing", "buffering"];

/** What old browsers call full screen, and iPhones only know of the video. */
/** @typedef {HTMLElement & {webkitRequestFullscreen?: () => void, webkitEnterFullscreen?: () => void}} Old */

export class Controls {
  /**
   * @param {HTMLElement} root of the player
   * @param {import("./player.js").Player} player
   */
  constructor(root, player) {
    this.root = root;
    this.player = player;
    this.texts = player.texts;
    this.video = player.video;
    this.bar = part(root, "player__controls", HTMLElement);
    this.toggle = part(root, "player__toggle", HTMLButtonElement);
    this.mute = part(root, "player__mute", HTMLButtonElement);
    this.volume = part(root, "player__volume", HTMLInputElement);
    this.live = part(root, "player__go-live", HTMLButtonElement);
    this.qualityLabel = part(root, "player__quality", HTMLElement);
    this.quality = part(this.qualityLabel, "player__select", HTMLSelectElement);
    this.small = part(root, "player__small", HTMLButtonElement);
    this.full = part(root, "player__full", HTMLButtonElement);
    this.offered = "";
    /** @type {(() => void)[]} */
    this.endings = [];

    this.on(this.toggle, "click", () => this.pauseOrGoOn());
    this.on(this.mute, "click", () => this.muteOrNot());
    this.on(this.volume, "input", () => this.setVolume());
    this.on(this.live, "click", () => this.goLive());
    this.on(this.quality, "change", () => this.chooseQuality());
    this.on(this.small, "click", () => this.smallOrNot());
    this.on(this.full, "click", () => this.fullOrNot());
    this.on(root, "keydown", (event) => this.pressed(/** @type {KeyboardEvent} */ (event)));
    ["volumechange", "play", "pause"].forEach((name) => this.on(this.video, name, () => this.update()));
    ["fullscreenchange", "webkitfullscreenchange"].forEach((name) => this.on(document, name, () => this.update()));

    const kept = Number(choice("volume") || "100");
    this.video.volume = kept >= 0 && kept <= 100 ? kept / 100 : 1;
    const old = /** @type {Old} */ (root);
    this.full.hidden = !(root.requestFullscreen || old.webkitRequestFullscreen || /** @type {Old} */ (this.video).webkitEnterFullscreen);
    this.small.hidden = !document.pictureInPictureEnabled || !this.video.requestPictureInPicture;
    this.video.controls = false;
    this.update();
  }

  /**
   * @param {EventTarget} target
   * @param {string} type
   * @param {(event: Event) => void} handler
   */
  on(target, type, handler) {
    target.addEventListener(type, handler);
    this.endings.push(() => target.removeEventListener(type, handler));
  }

  /** Show what can be done now. */
  update() {
    const { phase } = this.player.state;
    this.bar.hidden = phase === "idle" || phase === "unsupported" || phase === "over";
    const running = RUNNING.indexOf(phase) >= 0;
    this.say(this.toggle, running ? this.texts.pause : this.texts.continue, !running);
    const { engine } = this.player;
    const sound = engine !== null && (!engine.hasAudio || engine.hasAudio());
    this.mute.hidden = this.volume.hidden = !sound;
    this.say(this.mute, this.video.muted ? this.texts.unmute : this.texts.mute, this.video.muted);
    this.volume.value = String(this.video.muted ? 0 : Math.round(this.video.volume * 100));
    const full = this.fullElement() !== null;
    this.say(this.full, full ? this.texts.leaveFull : this.texts.full, full);
    this.showGoLive();
    this.offer();
  }

  /**
   * Name an icon button and choose which of its two icons is seen.
   * @param {HTMLButtonElement} button
   * @param {string} name
   * @param {boolean} second
   */
  say(button, name, second) {
    if (button.title !== name) {
      button.title = name;
      button.setAttribute("aria-label", name);
    }
    button.classList.toggle("player__control--second", second);
  }

  showGoLive() {
    const { program, lastPicture } = this.player;
    const wanted = !program.live || (lastPicture !== null && this.player.now() - lastPicture > BEHIND);
    // The focus does not get lost with the button.
    if (!wanted && document.activeElement === this.live) this.toggle.focus();
    this.live.hidden = !wanted;
  }

  /** Fill the choice of quality, once the stream has said what there is. */
  offer() {
    const { renditions, mode, quality } = this.player.dataUse;
    const key = JSON.stringify([renditions, mode]);
    this.qualityLabel.hidden = renditions.length < 2;
    if (key === this.offered) return;
    this.offered = key;
    this.quality.textContent = "";
    ["auto", "low", "high"].forEach((value) => {
      const option = document.createElement("option");
      const rendition = value === "auto" ? undefined : renditions[value === "low" ? 0 : renditions.length - 1];
      option.value = value;
      const name = this.texts[value];
      option.textContent = rendition === undefined ? name : fill(this.texts.rendition, { name, size: videoCost(rendition.bitsPerSecond) });
      this.quality.appendChild(option);
    });
    this.quality.value = quality;
    this.quality.disabled = mode !== "video";
  }

  pauseOrGoOn() {
    const { phase } = this.player.state;
    if (RUNNING.indexOf(phase) >= 0) {
      this.video.pause();
      // A video that has not begun has no pause to tell of.
      this.player.take({ type: "pause" });
    } else if (phase === "paused") {
      this.player.take({ type: "resume" });
      this.player.playVideo();
    } else this.player.take({ type: "play" });
    this.update();
  }

  muteOrNot() {
    if (this.mute.hidden) return;
    this.video.muted = !this.video.muted;
    if (!this.video.muted && this.video.volume === 0) this.video.volume = 1;
  }

  setVolume() {
    const wanted = Number(this.volume.value);
    this.video.muted = wanted === 0;
    if (wanted > 0) {
      this.video.volume = wanted / 100;
      choose("volume", String(wanted));
    }
  }

  goLive() {
    this.toggle.focus();
    if (!this.player.program.live) this.player.show();
    else {
      if (this.player.engine) this.player.engine.seekLive();
      if (this.player.state.phase === "paused") this.pauseOrGoOn();
    }
  }

  chooseQuality() {
    choose("quality", this.quality.value === "auto" ? null : this.quality.value);
    this.player.applyQuality();
  }

  smallOrNot() {
    const done = document.pictureInPictureElement ? document.exitPictureInPicture() : this.video.requestPictureInPicture();
    done.catch((error) => console.warn("player:", error));
  }

  /** @returns {Element | null} what fills the screen now */
  fullElement() {
    const old = /** @type {{webkitFullscreenElement?: Element | null}} */ (/** @type {unknown} */ (document));
    return document.fullscreenElement || old.webkitFullscreenElement || null;
  }

  fullOrNot() {
    const root = /** @type {Old} */ (this.root);
    const oldDocument = /** @type {{webkitExitFullscreen?: () => void}} */ (/** @type {unknown} */ (document));
    if (this.fullElement() !== null) {
      if (document.exitFullscreen) document.exitFullscreen();
      else if (oldDocument.webkitExitFullscreen) oldDocument.webkitExitFullscreen();
    } else if (root.requestFullscreen) root.requestFullscreen().catch((error) => console.warn("player:", error));
    else if (root.webkitRequestFullscreen) root.webkitRequestFullscreen();
    else {
      const video = /** @type {Old} */ (this.video);
      if (video.webkitEnterFullscreen) video.webkitEnterFullscreen();
    }
  }

  /**
   * Short cuts, only while the focus is in the player and not where letters choose something.
   * @param {KeyboardEvent} event
   */
  pressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || this.bar.hidden || event.target instanceof HTMLSelectElement) return;
    if (event.target instanceof HTMLInputElement && event.target.type !== "range") return;
    const act = { k: () => this.pauseOrGoOn(), m: () => this.muteOrNot(), f: () => this.fullOrNot() }[event.key.toLowerCase()];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  destroy() {
    this.endings.forEach((end) => end());
  }
}
