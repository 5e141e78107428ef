// Buttons that put the stations of a list, of search results or of a station page on the wall this browser remembers.

import { choice, choose } from "../choices.js";

const MOST = 36;
const PLACES = ".list__item [data-state-of], .station__state [data-state-of]";
/** The only place where stations come and go. */
const RESULTS = ".search__results";

export class Adder {
  /** @param {HTMLElement} root the template of a button */
  constructor(root) {
    this.template = /** @type {HTMLTemplateElement} */ (root);
    this.bar = document.createElement("p");
    this.bar.className = "adder__bar";
    this.bar.setAttribute("role", "status");
    document.body.appendChild(this.bar);
    this.observer = new MutationObserver(() => {
      document.querySelectorAll(RESULTS).forEach((results) => this.place(results));
      // The buttons themselves are no news.
      this.observer.takeRecords();
    });
    document.querySelectorAll(RESULTS).forEach((results) => this.observer.observe(results, { childList: true, subtree: true }));
    this.place(document);
  }

  /** @returns {string[]} */
  kept() {
    const match = /[?&]s=([\d,-]+)/.exec(choice("wall") || "");
    return match ? match[1].split(",") : [];
  }

  /**
   * Give every station that has none its button.
   * @param {ParentNode} where
   */
  place(where) {
    const kept = this.kept();
    where.querySelectorAll(PLACES).forEach((state) => {
      const { parentElement, nextElementSibling } = state;
      if (!parentElement || (nextElementSibling && nextElementSibling.classList.contains("adder"))) return;
      const station = String(/** @type {HTMLElement} */ (state).dataset.stateOf);
      const title = parentElement.querySelector(".list__title") || document.querySelector("h1");
      const button = /** @type {HTMLElement} */ (document.importNode(this.template.content, true).firstElementChild);
      button.setAttribute("aria-label", `${String(button.textContent).trim()}: ${title ? title.textContent : station}`);
      button.setAttribute("aria-pressed", String(kept.indexOf(station) >= 0));
      button.addEventListener("click", () => this.toggle(button, station));
      parentElement.insertBefore(button, state.nextSibling);
    });
  }

  /**
   * @param {HTMLElement} button
   * @param {string} station
   */
  toggle(button, station) {
    const before = this.kept();
    const there = before.indexOf(station) >= 0;
    const { url, open, full } = /** @type {Record<string, string>} */ (this.template.dataset);
    if (!there && before.length >= MOST) {
      this.bar.textContent = full;
      return;
    }
    const after = there ? before.filter((other) => other !== station) : before.concat([station]);
    const address = after.length > 0 ? `?s=${after.join(",")}` : "";
    choose("wall", address || null);
    button.setAttribute("aria-pressed", String(!there));
    const link = document.createElement("a");
    link.className = "button";
    link.href = url + address;
    link.textContent = open.replace("{count}", String(after.length));
    this.bar.textContent = "";
    this.bar.appendChild(link);
  }

  destroy() {
    this.observer.disconnect();
    document.querySelectorAll(".adder, .adder__bar").forEach((element) => element.remove());
  }
}
