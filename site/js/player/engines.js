// The two ways of playing HLS: hls.js where the browser has Media Source Extensions, else the browser itself.
// An engine tells what happened through `emit`, in the events of the machine, and decides nothing.

import { hlsConfig, MOST_LATENCY } from "./config.js";
import { nativeEngine, playsNatively } from "./native.js";

/** @typedef {(event: import("./machine.js").PlayerEvent) => void} Emit */

/**
 * @typedef {object} Engine
 * @property {() => void | Promise<void>} start load the stream, again if it was loaded before; the element may play then
 * @property {() => void} suspend stop the traffic
 * @property {() => void} resume go on with it
 * @property {() => void} recover from a media error
 * @property {() => void} seekLive jump to the live edge
 * @property {() => number | null} pictureTime when the picture on screen was taken (ms), if the stream says so
 * @property {() => void} destroy
 * @property {() => Rendition[]} [renditions] what there is to choose from, the smallest first; empty while unknown
 * @property {(quality: Quality) => void} [choose] play this one, now and after later starts
 * @property {() => boolean} [hasAudio] whether there is sound, as far as is known
 * @property {(moment: number) => void} [seek] show the picture of a moment (ms), where there is one
 */

/** What the stream says of one of its renditions. @typedef {{width: number, height: number, bitsPerSecond: number}} Rendition */

/** @typedef {"auto" | "low" | "high"} Quality */

/** @typedef {{playlistUrl: string, workerUrl: string, libraryUrl: string}} Addresses */

/** The last sequence number seen of each playlist: outlives the engines of a player. @typedef {Map<string, number>} Seen */

/** Sought further back from the live position than this (s) the viewer means to look back. */
const LOOKING_BACK = 30;

/** @type {Promise<typeof import("hls.js").default> | null} */
let library = null;
let libraryAttempts = 0;

/**
 * Return the player library, loaded once. A browser may remember a failed import by its address, so a new attempt has
 * an address of its own.
 * @param {string} url
 * @returns {Promise<typeof import("hls.js").default>}
 */
export function loadLibrary(url) {
  if (library === null) {
    libraryAttempts += 1;
    library = import(libraryAttempts === 1 ? url : `${url}?again=${libraryAttempts}`).then((module) => module.default);
    library.catch(() => { library = null; });
  }
  return library;
}

/**
 * @param {typeof import("hls.js").default} Hls
 * @param {import("hls.js").ErrorData} data
 * @returns {boolean} whether the browser cannot decode anything of what hls.js was to play
 */
export function isUnknownFormat(Hls, data) {
  const { BUFFER_ADD_CODEC_ERROR, BUFFER_INCOMPATIBLE_CODECS_ERROR, MANIFEST_INCOMPATIBLE_CODECS_ERROR } = Hls.ErrorDetails;
  // Not fatal to hls.js, which all the same does nothing more unless it found another rendition.
  if (data.details === BUFFER_ADD_CODEC_ERROR) return !data.errorAction || !data.errorAction.resolved;
  return data.details === MANIFEST_INCOMPATIBLE_CODECS_ERROR || data.details === BUFFER_INCOMPATIBLE_CODECS_ERROR;
}

/**
 * Return an engine for `video`, or null if this browser cannot play HLS at all. Rejects if the library does not arrive.
 * @param {HTMLVideoElement} video
 * @param {Addresses} addresses
 * @param {Emit} emit
 * @param {Seen} seen
 * @param {Readonly<Partial<import("hls.js").HlsConfig>>} [settings] of hls.js where they differ from the usual ones
 * @returns {Promise<Engine | null>}
 */
export async function createEngine(video, addresses, emit, seen, settings = {}) {
  // Media sources are asked for first: recent Chromium claims native HLS too, and hls.js recovers from more.
  if ("MediaSource" in window || "ManagedMediaSource" in window) {
    const Hls = await loadLibrary(addresses.libraryUrl);
    if (Hls.isSupported()) return hlsEngine(Hls, video, addresses, emit, seen, settings);
  }
  return playsNatively(video) ? nativeEngine(video, addresses.playlistUrl, emit) : null;
}

/**
 * @param {typeof import("hls.js").default} Hls
 * @param {HTMLVideoElement} video
 * @param {Addresses} addresses
 * @param {Emit} emit
 * @param {Seen} seen
 * @param {Readonly<Partial<import("hls.js").HlsConfig>>} settings
 * @returns {Engine}
 */
function hlsEngine(Hls, video, addresses, emit, seen, settings) {
  const hls = new Hls(Object.assign(hlsConfig(addresses.workerUrl), settings));
  /** @type {Quality} */
  let quality = "auto";
  let sound = false;
  const levelOf = () => (quality === "auto" ? -1 : quality === "low" ? 0 : hls.levels.length - 1);
  hls.on(Hls.Events.MANIFEST_PARSED, () => {
    sound = hls.levels.some((level) => !!level.audioCodec);
    if (quality !== "auto") hls.loadLevel = levelOf();
  });
  hls.on(Hls.Events.BUFFER_CODECS, (_name, data) => { sound = sound || !!data.audio || !!data.audiovideo; });
  hls.on(Hls.Events.LEVEL_LOADED, (_name, data) => {
    // Closed before anything was shown: its last minute is no live picture.
    if (!data.details.live && video.readyState === 0) emit({ type: "ended" });
  });
  const ended = () => emit({ type: "ended" });
  video.addEventListener("ended", ended);
  /** What was seen before this attempt. @type {Seen} */
  let seenBefore = new Map();
  hls.on(Hls.Events.ERROR, (_name, data) => {
    if (data.details === Hls.ErrorDetails.PLAYLIST_UNCHANGED_ERROR) {
      // Not fatal to hls.js, which all the same stops asking unless it found another rendition.
      if (!data.errorAction || !data.errorAction.resolved) emit({ type: "stale" });
    } else if (isUnknownFormat(Hls, data)) {
      emit({ type: "unsupported", why: "format" });
    } else if (data.fatal) {
      const { MEDIA_ERROR, NETWORK_ERROR } = Hls.ErrorTypes;
      emit({ type: "fatal", kind: data.type === MEDIA_ERROR ? "media" : data.type === NETWORK_ERROR ? "network" : "other" });
    }
  });
  hls.on(Hls.Events.LEVEL_UPDATED, (_name, data) => {
    // After a new attempt: nothing new since the last one means that the old pictures would be shown once more.
    const { url, endSN } = data.details;
    const before = seenBefore.get(url);
    seen.set(url, endSN);
    if (before !== undefined && endSN <= before) emit({ type: data.details.live ? "stale" : "ended" });
    else seenBefore.delete(url);
  });
  // While the viewer looks back nothing may pull the video to the live edge.
  const seeking = () => {
    const behind = (hls.liveSyncPosition || 0) - video.currentTime;
    hls.config.liveMaxLatencyDuration = behind > LOOKING_BACK ? Infinity : MOST_LATENCY;
  };
  video.addEventListener("seeking", seeking);
  hls.attachMedia(video);
  return {
    start: () => {
      seenBefore = new Map(seen);
      hls.config.liveMaxLatencyDuration = MOST_LATENCY;
      hls.loadSource(addresses.playlistUrl);
    },
    suspend: () => hls.stopLoad(),
    // What was suspended before its first answer has to be asked for again.
    resume: () => (hls.levels.length > 0 ? hls.startLoad(-1) : hls.loadSource(addresses.playlistUrl)),
    recover: () => hls.recoverMediaError(),
    seekLive: () => {
      const edge = hls.liveSyncPosition;
      if (edge !== null && edge > video.currentTime) video.currentTime = edge;
    },
    pictureTime: () => (hls.playingDate ? hls.playingDate.getTime() : null),
    renditions: () => hls.levels.map(({ width, height, bitrate, averageBitrate }) => ({ width, height, bitsPerSecond: averageBitrate || bitrate })),
    choose: (wanted) => {
      quality = wanted;
      if (hls.levels.length > 0) hls.nextLevel = levelOf();
    },
    hasAudio: () => sound,
    destroy: () => {
      video.removeEventListener("ended", ended);
      video.removeEventListener("seeking", seeking);
      hls.destroy();
    },
  };
}
