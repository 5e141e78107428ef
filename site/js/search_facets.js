// What narrows the results of the search: a region, and only those that are live, each with how many it would leave.

import { part, textsOf } from "./page.js";
import { search } from "./search.js";
import { TRUSTED_FOR } from "./status.js";
import { fill } from "./text.js";

/** @typedef {import("./results.js").Answer} Answer */
/** @typedef {import("./rows.js").Catalogue} Catalogue */

/** So few results are read faster than narrowed. */
const FEW = 5;

export class SearchFacets {
  /**
   * @param {HTMLElement} root
   * @param {import("./states.js").States | null} states
   * @param {() => void} changed
   */
  constructor(root, states, changed) {
    this.root = root;
    this.states = states;
    this.texts = textsOf(root, "search__facet-texts");
    this.region = part(root, "search__region", HTMLSelectElement);
    this.live = part(root, "search__live", HTMLButtonElement);
    /** @type {{catalogue: Catalogue, query: string, partial: boolean, misspelt: boolean} | null} what is shown */
    this.shown = null;
    this.region.addEventListener("change", changed);
    this.live.addEventListener("click", () => {
      this.live.setAttribute("aria-pressed", String(!this.onlyLive()));
      changed();
    });
    this.stopListening = states ? states.listen(() => this.renew()) : () => undefined;
  }

  onlyLive() {
    return this.live.getAttribute("aria-pressed") === "true";
  }

  /** @returns {boolean} whether something is chosen */
  any() {
    return this.onlyLive() || this.region.value !== "";
  }

  /** @returns {import("./results.js").Facets} */
  chosen() {
    const status = this.states && this.states.status;
    const known = this.states && status && this.states.now() - status.written <= TRUSTED_FOR;
    return { region: this.region.value === "" ? -1 : Number(this.region.value), live: this.onlyLive(), states: known && status ? status.stations : null };
  }

  hide() {
    this.root.hidden = true;
    this.shown = null;
  }

  /** States have changed: count anew. Results that somebody may be reading stay. */
  renew() {
    if (!this.shown) return;
    const { catalogue, query, partial, misspelt } = this.shown;
    this.show(catalogue, query, search(catalogue, query, this.chosen(), 1, misspelt), partial);
  }

  /**
   * Offer what narrows this answer.
   * @param {Catalogue} catalogue
   * @param {string} query
   * @param {Answer} answer
   * @param {boolean} partial whether more may be found: then nothing is counted, and every region is offered
   */
  show(catalogue, query, { groups, count, regions, live }, partial) {
    this.shown = { catalogue, query, partial, misspelt: !partial || groups.some(({ kind }) => kind === "similar") };
    const value = this.region.value;
    const all = regions.reduce((sum, some) => sum + some, 0);
    const options = [new Option(partial ? this.texts.all_uncounted : fill(this.texts.all, { count: all }), "")];
    catalogue.regions.forEach(({ name, stations }, i) => {
      if (regions[i] > 0 || String(i) === value || (partial && stations > 0)) options.push(new Option(partial ? name : fill(this.texts.region, { name, count: regions[i] }), String(i)));
    });
    // A list that somebody has opened stays open while more is found.
    if (options.map(({ text }) => text).join("\n") !== Array.from(this.region.options).map(({ text }) => text).join("\n")) {
      this.region.textContent = "";
      options.forEach((option) => this.region.appendChild(option));
    }
    this.region.value = value;
    this.live.textContent = partial ? this.texts.live_uncounted : fill(this.texts.live, { count: live });
    // Nothing to choose is not offered, but what is chosen can always be taken back.
    const place = /** @type {HTMLElement} */ (this.region.parentElement);
    place.hidden = options.length < 3 && value === "";
    this.live.hidden = !this.onlyLive() && (live === 0 || live === count);
    this.root.hidden = !this.any() && (count <= FEW || (place.hidden && this.live.hidden));
  }

  destroy() {
    this.stopListening();
  }
}
