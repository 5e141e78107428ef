// Reads `timeline.json`: what exists of a station's day, and what is missing and why. Pure; see election/timeline.py.

/** @typedef {{start: number, end: number, reason: string}} Gap times in ms since 1970 */

/** @typedef {{hour: number, url: string, closed: boolean}} Hour of the day by the election's clock, and its playlist */

/** @typedef {{hours: Hour[], dayUrl: string | null, gaps: Gap[], restarts: {time: number, reason: string}[]}} RenditionDay */

/**
 * @typedef {object} Day
 * @property {string} station
 * @property {string} date `2026-11-29`
 * @property {string} timeZone
 * @property {number} written ms since 1970, as all moments here
 * @property {boolean} closed
 * @property {number | null} closedAt
 * @property {Record<string, RenditionDay>} renditions by `main` and `sub`
 * @property {number[]} stills minutes since midnight, ascending
 */

/**
 * Read the parsed JSON that was fetched from `url`; throws on anything that is not a timeline of version 1.
 * @param {unknown} data
 * @param {string} url absolute
 * @returns {Day}
 */
export function readTimeline(data, url) {
  const file = /** @type {any} */ (data);
  if (!file || file.version !== 1 || typeof file.renditions !== "object" || file.renditions === null || !Array.isArray(file.stills)) {
    throw new Error("this is not a timeline of version 1");
  }
  // Addresses are relative to `live/<id>/`, one folder above the day's.
  const address = (/** @type {string} */ name) => new URL(`../${name}`, url).href;
  /** @type {Record<string, RenditionDay>} */ const renditions = {};
  Object.keys(file.renditions).forEach((name) => {
    const day = file.renditions[name];
    renditions[name] = {
      hours: day.hours.map((/** @type {any} */ each) => ({ hour: each.hour, url: address(each.playlist), closed: each.closed })),
      dayUrl: day.day ? address(day.day) : null,
      gaps: day.gaps.map((/** @type {any} */ each) => ({ start: moment(each.start), end: moment(each.end), reason: each.reason })),
      restarts: day.restarts.map((/** @type {any} */ each) => ({ time: moment(each.time), reason: each.reason })),
    };
  });
  /** @type {number[]} */ const stills = [];
  file.stills.forEach((/** @type {[string, string]} */ [first, last]) => {
    for (let minute = minuteOf(first); minute <= minuteOf(last); minute += 1) stills.push(minute);
  });
  return {
    station: file.station, date: file.date, timeZone: file.time_zone, written: moment(file.written), closed: file.closed === true,
    closedAt: file.closed_at ? moment(file.closed_at) : null, renditions, stills,
  };
}

/**
 * Return the address of the timeline of a station's day: `/live/034-012/2026-11-29/timeline.json`.
 * @param {string} station
 * @param {string} date
 * @returns {string}
 */
export function timelineUrl(station, date) {
  return `/live/${station}/${date}/timeline.json`;
}

/**
 * Return the address of the still kept of a minute of the day.
 * @param {Day} day
 * @param {number} minute since midnight
 * @returns {string}
 */
export function stillUrl(day, minute) {
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return `/live/${day.station}/${day.date}/${two(Math.floor(minute / 60))}${two(minute % 60)}.jpg`;
}

/**
 * @param {string} text
 * @returns {number}
 */
function moment(text) {
  const read = Date.parse(text);
  if (Number.isNaN(read)) throw new Error(`this is not a time: ${text}`);
  return read;
}

/**
 * @param {string} text `07:31`
 * @returns {number}
 */
function minuteOf(text) {
  const [hours, minutes] = text.split(":");
  return Number(hours) * 60 + Number(minutes);
}
