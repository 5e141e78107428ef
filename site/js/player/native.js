// The browser as a player of HLS, where it has no Media Source Extensions. An engine as in `engines.js`.

import { get } from "../world.js";
import { LIVE_DISTANCE } from "./config.js";
import { readVariants } from "./variants.js";

/** @typedef {import("./variants.js").Variant} Variant */

/** What only some browsers tell of a video. @typedef {{getStartDate?: () => Date, audioTracks?: {length: number}}} Telling */

/**
 * @param {HTMLVideoElement} video
 * @returns {boolean} whether this browser plays HLS by itself
 */
export function playsNatively(video) {
  return video.canPlayType("application/vnd.apple.mpegurl") !== "";
}

/**
 * @param {HTMLVideoElement} video
 * @returns {boolean} whether there is sound; a browser that does not tell may have some
 */
export function mayHaveSound(video) {
  const { audioTracks } = /** @type {Telling} */ (/** @type {unknown} */ (video));
  return audioTracks === undefined || audioTracks.length > 0;
}

/**
 * @param {HTMLVideoElement} video
 * @param {string} playlistUrl of the multivariant playlist
 * @param {import("./engines.js").Emit} emit
 * @returns {import("./engines.js").Engine}
 */
export function nativeEngine(video, playlistUrl, emit) {
  /** Those that this browser can show, once they are known. @type {Variant[]} */
  let variants = [];
  /** @type {import("./engines.js").Quality} */
  let quality = "auto";
  let source = "";
  let attempts = 0;
  const failed = () => emit({ type: "fatal", kind: "network" });
  /** @param {Variant} variant @returns {boolean} */
  const canShow = ({ codecs }) => codecs === "" || video.canPlayType(`video/mp4; codecs="${codecs}"`) !== "";
  // Between several ones the browser chooses by itself.
  const wanted = () => (quality === "auto" && variants.length > 1 ? playlistUrl : variants[quality === "high" ? variants.length - 1 : 0].url);
  const load = () => {
    source = wanted();
    video.src = source;
    video.load();
  };
  const seekLive = () => {
    const { seekable } = video;
    if (seekable.length === 0) return;
    const last = seekable.length - 1;
    const live = Math.max(seekable.start(last), seekable.end(last) - LIVE_DISTANCE);
    if (live > video.currentTime) video.currentTime = live;
  };
  const ended = () => emit({ type: "ended" });
  const begun = () => {
    // A live stream has no length: one that has is closed.
    if (Number.isFinite(video.duration)) ended();
    // Some browsers begin at the start of the window.
    else seekLive();
  };
  const start = async () => {
    attempts += 1;
    const attempt = attempts;
    try {
      const all = await get(playlistUrl, (response) => response.text().then((text) => readVariants(text, response.url)));
      if (attempt !== attempts) return;
      variants = all.filter(canShow);
    } catch (_error) {
      if (attempt === attempts) failed();
      return;
    }
    if (variants.length > 0) load();
    else emit({ type: "unsupported", why: "format" });
  };
  video.addEventListener("error", failed);
  video.addEventListener("loadedmetadata", begun);
  video.addEventListener("ended", ended);
  return {
    start,
    suspend: () => undefined,
    resume: () => undefined,
    recover: start,
    seekLive,
    pictureTime: () => {
      const { getStartDate } = /** @type {Telling} */ (/** @type {unknown} */ (video));
      const begin = getStartDate ? getStartDate.call(video).getTime() : NaN;
      return Number.isNaN(begin) ? null : begin + video.currentTime * 1000;
    },
    renditions: () => variants,
    choose: (chosen) => {
      quality = chosen;
      if (source === "" || variants.length === 0 || wanted() === source) return;
      load();
      video.play().catch(() => undefined);
    },
    hasAudio: () => mayHaveSound(video),
    destroy: () => {
      attempts += 1;
      video.removeEventListener("error", failed);
      video.removeEventListener("loadedmetadata", begun);
      video.removeEventListener("ended", ended);
      video.removeAttribute("src");
      video.load();
    },
  };
}
