// Settings of hls.js for 4 s segments on phones and bad networks. Pure.

/** Seconds behind the live edge at which playback begins. */
export const LIVE_DISTANCE = 12;

/** Seconds behind the live edge at which playback jumps forward. */
export const MOST_LATENCY = 60;

/**
 * Whether to ask again after an error. A missing object is 403 or 404 (a bucket that cannot be listed says 403) and may
 * be there in a moment; other 4xx are final as hls.js has it.
 * @param {unknown} policy
 * @param {number} count attempts so far
 * @param {boolean} _isTimeout
 * @param {{code?: number} | undefined} response
 * @param {boolean} retry what hls.js would do
 * @returns {boolean}
 */
export function shouldRetry(policy, count, _isTimeout, response, retry) {
  const most = /** @type {{maxNumRetry: number} | null | undefined} */ (policy);
  const missing = response !== undefined && (response.code === 403 || response.code === 404);
  return retry || (missing && !!most && count < most.maxNumRetry);
}

/**
 * @param {number} maxNumRetry
 * @param {number} maxRetryDelayMs
 * @returns {{default: import("hls.js").LoaderConfig}}
 */
function policy(maxNumRetry, maxRetryDelayMs) {
  const retry = { maxNumRetry, retryDelayMs: 1000, maxRetryDelayMs };
  return {
    default: {
      maxTimeToFirstByteMs: 8000,
      maxLoadTimeMs: 20000,
      timeoutRetry: retry,
      errorRetry: Object.assign({ shouldRetry }, retry),
    },
  };
}

/**
 * What is different for one small picture among several: it holds little ahead and next to nothing behind, since the
 * memory of nine adds up; only as much behind as a jump back to the common clock needs.
 * @type {Readonly<Partial<import("hls.js").HlsConfig>>}
 */
export const ONE_OF_SEVERAL = Object.freeze({
  maxBufferLength: 12, maxMaxBufferLength: 16, maxBufferSize: 4e6, backBufferLength: 8,
});

/**
 * @param {string} workerPath
 * @returns {Partial<import("hls.js").HlsConfig>}
 */
export function hlsConfig(workerPath) {
  return {
    workerPath,
    lowLatencyMode: false,
    startLevel: 0,
    capLevelToPlayerSize: true,
    maxDevicePixelRatio: 1,
    liveSyncDuration: LIVE_DISTANCE,
    liveMaxLatencyDuration: MOST_LATENCY,
    liveSyncOnStallIncrease: 2,
    maxLiveSyncPlaybackRate: 1.05,
    liveDurationInfinity: true,
    liveMaxUnchangedPlaylistRefresh: 6,
    maxBufferLength: 20,
    maxMaxBufferLength: 30,
    maxBufferSize: 15e6,
    backBufferLength: 30,
    // A station that is not live yet is found out quickly; from then on the player's own pauses apply.
    manifestLoadPolicy: policy(1, 2000),
    playlistLoadPolicy: policy(8, 15000),
    fragLoadPolicy: policy(8, 15000),
  };
}
