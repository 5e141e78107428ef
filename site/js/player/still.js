// Renews a station's still picture and knows when it was taken.

import { Poller } from "../poller.js";
import { browserWorld, get } from "../world.js";

const INTERVAL = 30000;
const LIMIT = 20000;

export class Still {
  /**
   * @param {HTMLImageElement} image
   * @param {string} url
   * @param {() => void} changed called after every attempt
   */
  constructor(image, url, changed) {
    this.image = image;
    this.url = url;
    /** When the picture was taken, or fetched if the server does not say (ms); null without a picture. @type {number | null} */
    this.moment = null;
    this.takenKnown = false;
    /** How large the last one was; 0 without one. */
    this.bytes = 0;
    this.attempts = 0;
    this.missed = () => { this.image.hidden = true; };
    this.arrived = () => { this.image.hidden = false; };
    image.addEventListener("error", this.missed);
    image.addEventListener("load", this.arrived);
    // The page's own request may have ended before this script ran.
    if (image.complete && image.naturalWidth === 0) this.missed();
    this.poller = new Poller(() => this.load().finally(changed), INTERVAL, browserWorld);
  }

  /** @param {number} interval milliseconds from one picture to the next, from the next one on */
  every(interval) {
    this.poller.interval = interval;
  }

  /** Fetch the still and show it; rejects if there is none. */
  async load() {
    // One address per half minute for all viewers: renewed in this browser, shared in a cache on the way.
    const url = this.attempts === 0 ? this.url : `${this.url}?${Math.floor(Date.now() / INTERVAL)}`;
    this.attempts += 1;
    // Read to its end, so that the image below comes out of the browser's cache.
    const [size, modified] = await get(url, async (response) => [(await response.blob()).size, response.headers.get("last-modified")], LIMIT);
    this.bytes = Number(size);
    const taken = Date.parse(String(modified));
    this.takenKnown = !Number.isNaN(taken);
    this.moment = this.takenKnown ? taken : Date.now();
    if (this.image.getAttribute("src") !== url || this.image.hidden) this.image.src = url;
  }

  destroy() {
    this.poller.destroy();
    this.image.removeEventListener("error", this.missed);
    this.image.removeEventListener("load", this.arrived);
  }
}
