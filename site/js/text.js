// Fills the texts that the page brings along, and the words for times. Pure.

/**
 * Put `values` into the `{names}` of `pattern`; a name without a value stays as it is.
 * @param {string} pattern
 * @param {Record<string, string | number>} values
 * @returns {string}
 */
export function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (braces, name) => (name in values ? String(values[name]) : braces));
}

/**
 * Return a duration in its largest whole unit: `40 s`, `3 min`, `2 h`.
 * @param {number} milliseconds
 * @param {{seconds: string, minutes: string, hours: string}} texts patterns with `{number}`
 * @returns {string}
 */
export function duration(milliseconds, texts) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return fill(texts.seconds, { number: seconds });
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? fill(texts.minutes, { number: minutes }) : fill(texts.hours, { number: Math.floor(minutes / 60) });
}

/**
 * Return a function that writes a moment (ms since 1970) as `14:05:32 UTC+4` in `timeZone`: viewers abroad read it too.
 * @param {string} timeZone
 * @returns {(moment: number) => string}
 */
export function clockIn(timeZone) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short",
  });
  return (moment) => format.format(new Date(moment)).replace("GMT", "UTC");
}
