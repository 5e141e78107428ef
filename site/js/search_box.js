// The search box of the home page, a combobox with a grid (WAI-ARIA 1.2): fetches the rows when it gets the focus, shows
// results while one types. A grid and no listbox, since a result is a real link with a live state and more beside it.

import { Library } from "./library.js";
import { part, setting, textsOf } from "./page.js";
import { SearchFacets } from "./search_facets.js";
import { fill } from "./text.js";

/** @typedef {import("./library.js").Progress} Progress */
/** @typedef {import("./results.js").Answer} Answer */
/** @typedef {import("./rows.js").Catalogue} Catalogue */
/** @typedef {import("./rows.js").Row} Row */
/** A result as it is shown. @typedef {{url: string, title: string, text: string, quiet: string, station: string}} Hit */

const FIRST = 20;
/** With several meanings of a number each shows a few, so that all are seen. */
const FIRST_OF_SEVERAL = 6;
/** Of regions and of constituencies: their lists are below. */
const FIRST_PLACES = 4;
const MORE = 50;

export class SearchBox {
  /**
   * @param {HTMLElement} root the form
   * @param {import("./states.js").States | null} states
   */
  constructor(root, states) {
    this.root = root;
    this.states = states;
    this.library = new Library(setting(root, "rowsUrl"));
    this.homeUrl = setting(root, "homeUrl");
    this.texts = textsOf(root, "search__texts");
    this.input = part(root, "search__input", HTMLInputElement);
    this.summary = part(root, "search__summary", HTMLElement);
    this.results = part(root, "search__results", HTMLElement);
    this.help = part(root, "search__help", HTMLElement);
    this.more = part(root, "search__more", HTMLButtonElement);
    this.facets = new SearchFacets(part(root, "search__facets", HTMLElement), states, () => this.choose());
    this.extra = 0;
    /** The results that can be walked through, and the one the keyboard is at; -1 while it is in the text. */
    /** @type {HTMLElement[]} */ this.hits = [];
    this.active = -1;
    this.listening = new AbortController();
    this.on(this.input, "focus", () => this.library.load().catch(() => undefined));
    this.on(this.input, "input", () => this.typed());
    this.on(this.root, "submit", (event) => this.submitted(event));
    this.on(this.root, "keydown", (event) => this.moved(/** @type {KeyboardEvent} */ (event)));
    this.on(this.more, "click", () => this.showMore());
    root.hidden = false;
    this.input.value = new URLSearchParams(location.search).get("q") || this.input.value;
    if (this.input.value !== "") this.show();
  }

  /**
   * @param {HTMLElement} element
   * @param {string} type
   * @param {(event: Event) => void} handler
   */
  on(element, type, handler) {
    element.addEventListener(type, handler);
    this.listening.signal.addEventListener("abort", () => element.removeEventListener(type, handler));
  }

  /** The query changed: keep it in the address, so that coming back finds it, and search. */
  typed() {
    const query = this.input.value.trim();
    history.replaceState(null, "", query === "" ? location.pathname : `?q=${encodeURIComponent(query)}`);
    this.choose();
  }

  /** Another query or facet: begin with the first results again. */
  choose() {
    this.extra = 0;
    return this.show();
  }

  /** @param {Event} event */
  async submitted(event) {
    event.preventDefault();
    const fromBox = document.activeElement === this.input;
    const query = this.input.value;
    await this.show();
    // Who typed on meanwhile is not done.
    if (query !== this.input.value) return;
    // A keyboard on the screen would cover the results.
    if (fromBox && matchMedia("(pointer: coarse)").matches) this.input.blur();
    else if (fromBox) this.activate(0);
    else if (this.hits.length > 0) linkOf(this.hits[0]).focus();
    else this.input.focus();
  }

  async showMore() {
    const before = this.hits.map((hit) => linkOf(hit).href);
    this.extra += MORE;
    await this.show();
    const next = this.hits.find((hit) => before.indexOf(linkOf(hit).href) < 0);
    if (next) linkOf(next).focus();
  }

  /** Search for what stands in the box and show the results, as they come where they come one after another. */
  async show() {
    const query = this.input.value.trim();
    if (query === "") {
      this.library.stop();
      return this.clear("");
    }
    const slow = window.setTimeout(() => this.clear(this.texts.loading), 300);
    try {
      const most = { alone: FIRST + this.extra, several: FIRST_OF_SEVERAL + this.extra };
      await this.library.find(query, this.facets.chosen(), most, (answer, catalogue, progress) => {
        window.clearTimeout(slow);
        if (query === this.input.value.trim()) this.present(query, catalogue, answer, progress);
      });
    } catch (error) {
      console.error("search:", error);
      this.clear(this.texts.failed);
    } finally {
      window.clearTimeout(slow);
    }
    return undefined;
  }

  /** @param {string} message */
  clear(message) {
    this.summary.textContent = message;
    this.results.textContent = "";
    this.help.hidden = this.more.hidden = true;
    this.hits = [];
    this.open(false);
    this.facets.hide();
    if (this.states) this.states.refresh();
  }

  /** @param {boolean} open whether results are shown */
  open(open) {
    this.activate(-1);
    this.results.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }

  /**
   * @param {string} query
   * @param {Catalogue} catalogue
   * @param {Answer} answer
   * @param {Progress} progress
   */
  present(query, catalogue, answer, progress) {
    const active = this.hits[this.active] ? linkOf(this.hits[this.active]).href : "";
    const focused = this.results.contains(document.activeElement) ? /** @type {HTMLAnchorElement} */ (document.activeElement).href : "";
    const { groups, regionsNamed, constituenciesNamed } = answer;
    const most = (groups.length > 1 ? FIRST_OF_SEVERAL : FIRST) + this.extra;
    const places = regionsNamed.slice(0, FIRST_PLACES).map((region) => this.hit(
      `region/${region.slug}/`, region.name, fill(this.texts.stations, { count: region.stations }),
    )).concat(constituenciesNamed.slice(0, FIRST_PLACES).map((place) => this.constituencyHit(catalogue, place)));
    const count = answer.count + regionsNamed.length + constituenciesNamed.length;
    const partial = progress.read < progress.all;
    this.clear(fill(this.summaryOf(answer, count, progress), { query, count, read: progress.read, all: progress.all, failed: progress.failed }));
    this.help.hidden = count > 0 || this.facets.any() || !progress.ended;
    this.more.hidden = groups.every((group) => group.count <= most) && !(partial && progress.ended && progress.failed === 0);
    this.facets.show(catalogue, query, answer, partial);
    if (places.length > 0) this.add(this.texts.places, places);
    for (const { kind, number, rows } of groups) {
      const hits = rows.slice(0, most).map((row) => this.stationHit(row));
      const place = catalogue.constituencies.find((other) => other.number === number);
      if (kind === "constituency" && place) hits.unshift(this.constituencyHit(catalogue, place, fill(this.texts.all_of_constituency, { number })));
      const heading = kind === "constituency" ? this.texts.constituency : kind === "numbered" ? this.texts.numbered
        : kind === "other" ? this.texts.other : places.length > 0 ? this.texts.stations_found : "";
      this.add(fill(heading, { number }), hits);
    }
    this.open(count > 0);
    // Who is at a result stays there while more come.
    const at = (/** @type {string} */ href) => this.hits.findIndex((hit) => linkOf(hit).href === href);
    if (active) this.activate(at(active));
    if (focused && at(focused) >= 0) linkOf(this.hits[at(focused)]).focus();
    if (this.states) this.states.refresh();
  }

  /**
   * @param {Answer} answer
   * @param {number} count
   * @param {Progress} progress
   * @returns {string} the pattern of what is said above the results
   */
  summaryOf({ groups }, count, { read, all, failed, ended }) {
    const similar = groups.length > 0 && groups[0].kind === "similar";
    if (!ended) return similar ? this.texts.similar_so_far : this.texts.so_far;
    if (failed > 0) return this.texts.failed_partly;
    if (read < all) return this.texts.enough;
    if (count > 0) return similar ? this.texts.similar : this.texts.found;
    return this.facets.any() ? this.texts.nothing_chosen : this.texts.nothing;
  }

  /**
   * @param {string} path below the language's home
   * @param {string} title
   * @param {string} text
   * @param {string} [quiet]
   * @param {string} [station] its id
   * @returns {Hit}
   */
  hit(path, title, text, quiet = "", station = "") {
    return { url: this.homeUrl + path, title, text, quiet, station };
  }

  /** @param {Row} row */
  stationHit(row) {
    return this.hit(`station/${row.id}/`, fill(this.texts.station, row), row.name, row.address, row.id);
  }

  /**
   * @param {Catalogue} catalogue
   * @param {import("./rows.js").Constituency} place
   * @param {string} [title]
   */
  constituencyHit(catalogue, { number, name, region }, title = fill(this.texts.constituency, { number })) {
    return this.hit(`constituency/${String(number).padStart(3, "0")}/`, title, name, catalogue.regions[region].name);
  }

  /**
   * @param {string} heading or ''
   * @param {Hit[]} hits
   */
  add(heading, hits) {
    const group = make("div", "list search__list");
    group.setAttribute("role", "rowgroup");
    if (heading) this.results.appendChild(rowOf(make("div", "search__group", heading), "rowheader"));
    for (const { url, title, text, quiet, station } of hits) {
      const cell = make("div", "list__item");
      const link = /** @type {HTMLAnchorElement} */ (make("a", "list__link"));
      link.href = url;
      link.appendChild(make("span", "list__title", title));
      if (text) link.appendChild(make("span", "list__text", text));
      if (quiet) link.appendChild(make("span", "list__text list__text--quiet", quiet));
      cell.appendChild(link);
      if (station) {
        const state = make("span", "list__state");
        state.dataset.stateOf = station;
        cell.appendChild(state);
      }
      cell.id = `search-hit-${this.hits.length}`;
      this.hits.push(cell);
      group.appendChild(rowOf(cell, "gridcell"));
    }
    this.results.appendChild(group);
  }

  /** @param {number} index of the result the keyboard is at; -1 for the text */
  activate(index) {
    if (this.hits[this.active]) this.hits[this.active].removeAttribute("aria-selected");
    const hit = this.hits[index];
    this.active = hit ? index : -1;
    if (!hit) return this.input.removeAttribute("aria-activedescendant");
    hit.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", hit.id);
    return hit.scrollIntoView({ block: "nearest" });
  }

  /**
   * Arrow keys walk from the text through the results and back, Home and End within them, Enter opens, Escape closes.
   * @param {KeyboardEvent} event
   */
  moved(event) {
    const { key, target } = event;
    const within = this.hits.findIndex((hit) => hit.contains(/** @type {Node} */ (target)));
    if (target !== this.input && within < 0) return;
    const here = within < 0 ? this.active : within;
    const last = this.hits.length - 1;
    const closed = this.results.hidden;
    let next = NaN;
    if (key === "ArrowDown") next = closed ? 0 : Math.min(here + 1, last);
    else if (key === "ArrowUp") next = closed ? last : here < 0 ? last : here - 1;
    else if (key === "Home" && here >= 0) next = 0;
    else if (key === "End" && here >= 0) next = last;
    else if (key === "Escape") next = -1;
    else if (key === "Enter" && within < 0 && this.active >= 0) linkOf(this.hits[this.active]).click();
    else return;
    event.preventDefault();
    if (Number.isNaN(next)) return;
    this.input.focus();
    if (key === "Escape" && closed) {
      this.input.value = "";
      this.typed();
    } else if (key === "Escape") this.open(false);
    else if (last >= 0) {
      if (closed) this.open(true);
      this.activate(next);
    }
  }

  destroy() {
    this.listening.abort();
    this.library.stop();
    this.facets.destroy();
    this.root.hidden = true;
  }
}

/** @param {HTMLElement} hit */
function linkOf(hit) {
  return part(hit, "list__link", HTMLAnchorElement);
}

/**
 * @param {HTMLElement} cell
 * @param {string} role
 * @returns {HTMLElement}
 */
function rowOf(cell, role) {
  const row = make("div", "search__hit");
  row.setAttribute("role", "row");
  cell.setAttribute("role", role);
  row.appendChild(cell);
  return row;
}

/**
 * @param {string} tag
 * @param {string} name class
 * @param {string} [text]
 * @returns {HTMLElement}
 */
function make(tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}
