// Reads a media playlist as our packager writes it: the segments with their wall-clock times (RFC 8216 4.3). Pure.

/**
 * @typedef {object} Segment
 * @property {string} url absolute
 * @property {string} mapUrl absolute address of its initialisation segment
 * @property {number} start wall-clock time of its first picture (ms since 1970)
 * @property {number} duration ms
 * @property {boolean} discontinuity whether another recording begins with it
 * @property {boolean} gap whether there is no such segment
 */

/** @typedef {{segments: Segment[], closed: boolean}} Playlist `closed`: nothing is added any more */

/**
 * Read the playlist that was fetched from `url`; throws on what is no media playlist with times.
 * @param {string} text
 * @param {string} url absolute
 * @returns {Playlist}
 */
export function readPlaylist(text, url) {
  const lines = text.split(/\r?\n/);
  if (lines[0] !== "#EXTM3U") throw new Error("this is not a playlist");
  /** @type {Segment[]} */ const segments = [];
  let closed = false;
  let mapUrl = "";
  /** @type {number} */ let start = NaN;
  let duration = NaN;
  let discontinuity = false;
  let gap = false;
  for (const line of lines) {
    const [tag, value] = split(line);
    if (tag === "#EXT-X-ENDLIST") closed = true;
    else if (tag === "#EXT-X-DISCONTINUITY") discontinuity = true;
    else if (tag === "#EXT-X-GAP") gap = true;
    else if (tag === "#EXT-X-PROGRAM-DATE-TIME") start = Date.parse(value);
    else if (tag === "#EXTINF") duration = 1000 * parseFloat(value);
    else if (tag === "#EXT-X-MAP") {
      const match = /URI="([^"]+)"/.exec(value);
      if (match) mapUrl = new URL(match[1], url).href;
    } else if (line !== "" && line[0] !== "#") {
      if (Number.isNaN(start) || Number.isNaN(duration) || (mapUrl === "" && !gap)) throw new Error(`${line} has no time or no initialisation segment`);
      segments.push({ url: new URL(line, url).href, mapUrl, start, duration, discontinuity, gap });
      // What follows without a time of its own follows at once.
      start += duration;
      duration = NaN;
      discontinuity = gap = false;
    }
  }
  return { segments, closed };
}

/**
 * @param {string} line
 * @returns {[string, string]} a tag and what stands behind its colon
 */
function split(line) {
  const colon = line.indexOf(":");
  return colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 1)];
}
