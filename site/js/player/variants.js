// Reads a multivariant playlist as our packager writes it: the renditions of a station (RFC 8216 4.3.4.2). Pure.

/** @typedef {import("./engines.js").Rendition & {url: string, codecs: string}} Variant `url` absolute */

/**
 * Read the playlist that was fetched from `url`; throws on what is no playlist.
 * @param {string} text
 * @param {string} url absolute
 * @returns {Variant[]} the smallest first
 */
export function readVariants(text, url) {
  const lines = text.split(/\r?\n/);
  if (lines[0] !== "#EXTM3U") throw new Error("this is not a playlist");
  /** @type {Variant[]} */ const variants = [];
  let attributes = "";
  for (const line of lines) {
    if (line.indexOf("#EXT-X-STREAM-INF:") === 0) attributes = line.slice(line.indexOf(":") + 1);
    else if (line !== "" && line[0] !== "#" && attributes !== "") {
      const [width, height] = valueOf(attributes, "RESOLUTION").split("x").map(Number);
      const bitsPerSecond = Number(valueOf(attributes, "AVERAGE-BANDWIDTH") || valueOf(attributes, "BANDWIDTH"));
      variants.push({ url: new URL(line, url).href, codecs: valueOf(attributes, "CODECS"), width, height, bitsPerSecond });
      attributes = "";
    }
  }
  return variants.sort((one, other) => one.bitsPerSecond - other.bitsPerSecond);
}

/**
 * @param {string} attributes `BANDWIDTH=100000,CODECS="avc1.42c00b,mp4a.40.2"`
 * @param {string} name
 * @returns {string} its value without quotes, "" where it is not given
 */
function valueOf(attributes, name) {
  const match = new RegExp(`(?:^|,)${name}=(?:"([^"]*)"|([^,]*))`).exec(attributes);
  return match ? match[1] || match[2] || "" : "";
}
