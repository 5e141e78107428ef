// The search box of the home page: fetches the rows when it gets the focus, shows results while one types.

import { part, setting, textsOf } from "./page.js";
import { readRows, search } from "./search.js";
import { fill } from "./text.js";
import { get } from "./world.js";

/** @typedef {import("./search.js").Group} Group */
/** @typedef {import("./search.js").Row} Row */

const FIRST = 20;
/** With several meanings of a number each shows a few, so that all are seen. */
const FIRST_OF_SEVERAL = 6;
const MORE = 50;
/** A large election on a bad network (ms). */
const ROWS_LIMIT = 60000;

export class SearchBox {
  /**
   * @param {HTMLElement} root the form
   * @param {import("./states.js").States | null} states
   */
  constructor(root, states) {
    this.root = root;
    this.states = states;
    this.rowsUrl = setting(root, "rowsUrl");
    this.stationUrl = setting(root, "stationUrl");
    this.constituencyUrl = setting(root, "constituencyUrl");
    this.texts = textsOf(root, "search__texts");
    this.input = part(root, "search__input", HTMLInputElement);
    this.summary = part(root, "search__summary", HTMLElement);
    this.results = part(root, "search__results", HTMLElement);
    this.help = part(root, "search__help", HTMLElement);
    this.more = part(root, "search__more", HTMLButtonElement);
    /** @type {Promise<Row[]> | null} */
    this.rows = null;
    this.extra = 0;
    this.listening = new AbortController();
    this.on(this.input, "focus", () => this.load().catch(() => undefined));
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

  /** @returns {Promise<Row[]>} the rows, fetched once; after a failure the next call tries again */
  load() {
    if (this.rows === null) {
      this.rows = get(this.rowsUrl, (response) => response.json(), ROWS_LIMIT).then(readRows);
      this.rows.catch(() => { this.rows = null; });
    }
    return this.rows;
  }

  /** The query changed: keep it in the address, so that coming back finds it, and search. */
  typed() {
    const query = this.input.value.trim();
    history.replaceState(null, "", query === "" ? location.pathname : `?q=${encodeURIComponent(query)}`);
    this.extra = 0;
    this.show();
  }

  /** @param {Event} event */
  async submitted(event) {
    event.preventDefault();
    await this.show();
    const first = this.results.querySelector("a");
    if (first) first.focus();
    else this.input.focus();
  }

  async showMore() {
    const before = this.results.querySelectorAll("a").length;
    const last = this.results.querySelectorAll("a")[before - 1];
    this.extra += MORE;
    await this.show();
    const links = Array.from(this.results.querySelectorAll("a"));
    const next = links[links.findIndex((link) => link.href === (last ? last.href : "")) + 1];
    if (next) next.focus();
  }

  /** Search for what stands in the box and show the results. */
  async show() {
    const query = this.input.value.trim();
    if (query === "") return this.clear("");
    const slow = window.setTimeout(() => this.clear(this.texts.loading), 300);
    try {
      const rows = await this.load();
      if (query === this.input.value.trim()) this.present(query, search(rows, query));
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
    this.results.hidden = this.help.hidden = this.more.hidden = true;
    if (this.states) this.states.refresh();
  }

  /**
   * @param {string} query
   * @param {Group[]} groups
   */
  present(query, groups) {
    const similar = groups.length > 0 && groups[0].kind === "similar";
    const count = groups.reduce((sum, group) => sum + group.rows.length, 0);
    const most = (groups.length > 1 ? FIRST_OF_SEVERAL : FIRST) + this.extra;
    this.clear(count === 0 ? fill(this.texts.nothing, { query }) : fill(similar ? this.texts.similar : this.texts.found, { query, count }));
    this.help.hidden = count > 0;
    this.results.hidden = count === 0;
    this.more.hidden = groups.every((group) => group.rows.length <= most);
    for (const group of groups) this.results.appendChild(this.groupElement(group, groups.length, most));
    if (this.states) this.states.refresh();
  }

  /**
   * @param {Group} group
   * @param {number} groups how many there are
   * @param {number} most how many rows to show
   * @returns {DocumentFragment}
   */
  groupElement(group, groups, most) {
    const fragment = document.createDocumentFragment();
    const { number } = group;
    const list = make("ul", "list");
    if (group.kind === "constituency") {
      const item = make("li", "list__item");
      const url = fill(this.constituencyUrl, { number: String(number).padStart(3, "0") });
      item.appendChild(link(url, fill(this.texts.all_of_constituency, { number })));
      list.appendChild(item);
    }
    const heading = group.kind === "constituency" ? this.texts.constituency : group.kind === "numbered" ? this.texts.numbered : group.kind === "other" ? this.texts.other : "";
    if (heading && (groups > 1 || group.kind !== "other")) fragment.appendChild(make("h2", "search__group", fill(heading, { number })));
    for (const row of group.rows.slice(0, most)) list.appendChild(this.rowElement(row));
    fragment.appendChild(list);
    return fragment;
  }

  /**
   * @param {Row} row
   * @returns {HTMLElement}
   */
  rowElement(row) {
    const item = make("li", "list__item");
    const anchor = link(fill(this.stationUrl, { id: row.id }), fill(this.texts.station, row));
    anchor.appendChild(make("span", "list__text", row.name));
    anchor.appendChild(make("span", "list__text list__text--quiet", row.address));
    const state = make("span", "list__state");
    state.dataset.stateOf = row.id;
    item.appendChild(anchor);
    item.appendChild(state);
    return item;
  }

  /**
   * Arrow keys walk from the box through the results and back; Escape returns to the box.
   * @param {KeyboardEvent} event
   */
  moved(event) {
    const stops = [/** @type {HTMLElement} */ (this.input)].concat(Array.from(this.results.querySelectorAll("a")));
    const here = stops.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (here < 0) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const target = event.key === "Escape" && here > 0 ? this.input : step !== 0 ? stops[here + step] : undefined;
    if (!target) return;
    event.preventDefault();
    target.focus();
  }

  destroy() {
    this.listening.abort();
    this.root.hidden = true;
  }
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

/**
 * @param {string} url
 * @param {string} title
 * @returns {HTMLAnchorElement}
 */
function link(url, title) {
  const anchor = document.createElement("a");
  anchor.className = "list__link";
  anchor.href = url;
  anchor.appendChild(make("span", "list__title", title));
  return anchor;
}
