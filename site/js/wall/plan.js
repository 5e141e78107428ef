// Which tiles of a wall are live, and their order. Pure.

/** Narrower than this (CSS px) is a telephone. */
const PHONE = 600;
/** Live tiles at once on a telephone, and elsewhere until the viewer chooses. */
const ON_A_PHONE = 2;
const USUALLY = 4;

/**
 * Return how many tiles may be live.
 * @param {number | null} wanted by the viewer, null if nothing was chosen
 * @param {number} width of the window (px); its shorter side where it can be turned
 * @param {string | null} saver the choice of data saver: `stills` wants no video at all
 * @returns {number}
 */
export function mostLive(wanted, width, saver) {
  if (saver === "stills") return 0;
  const chosen = wanted === null ? USUALLY : wanted;
  return width < PHONE ? Math.min(chosen, ON_A_PHONE) : chosen;
}

/**
 * Return the stations that are to be live: the first ones on screen.
 * @param {string[]} stations in order
 * @param {(station: string) => boolean} onScreen
 * @param {number} most
 * @returns {string[]}
 */
export function liveOnes(stations, onScreen, most) {
  return stations.filter(onScreen).slice(0, most);
}

/**
 * Return the list with `item` at the place of index `to`, as far as there is one.
 * @template T
 * @param {T[]} list
 * @param {T} item
 * @param {number} to
 * @returns {T[]}
 */
export function moved(list, item, to) {
  const rest = list.filter((other) => other !== item);
  const place = Math.max(0, Math.min(to, rest.length));
  return rest.slice(0, place).concat([item], rest.slice(place));
}
