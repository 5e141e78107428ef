// Opens the past of a station: the `<details>` with its time line is filled once it is opened. It opens by itself where the
// address names a moment, and where the station's day is over.

/** What did not come through is fetched again after so long (ms). */
const AGAIN = 5000;

export class Past {
  /**
   * @param {HTMLElement} root the `<details>`
   * @param {import("./player/player.js").Player} player
   * @param {import("./states.js").States | null} states
   */
  constructor(root, player, states) {
    this.root = /** @type {HTMLDetailsElement} */ (root);
    this.player = player;
    this.states = states;
    /** @type {import("./day/look_back.js").LookBack | null} */
    this.line = null;
    this.again = 0;
    this.filling = false;
    this.attempts = 0;
    this.opened = () => { if (this.root.open) this.fill(); };
    this.stop = states ? states.listen(() => this.openIfOver()) : () => undefined;
    root.addEventListener("toggle", this.opened);
    player.recording = () => {
      this.root.open = true;
      /** @type {HTMLElement} */ (this.root.firstElementChild).focus();
    };
    player.showButtons();
    if (new URLSearchParams(location.search).has("t")) this.root.open = true;
    this.opened();
  }

  openIfOver() {
    const state = this.states ? this.states.stateOf(String(this.root.dataset.station)) : "unknown";
    if (state === "closed" || state === "archived") this.root.open = true;
  }

  async fill() {
    if (this.filling) return;
    this.filling = true;
    window.clearTimeout(this.again);
    this.stop();
    this.root.removeEventListener("toggle", this.opened);
    try {
      // A browser may remember a failed import by its address.
      const { LookBack } = await (this.attempts === 0 ? import("./day/look_back.js") : import(`./day/look_back.js?again=${this.attempts}`));
      this.line = new LookBack(this.root, this.player, this.states);
    } catch (error) {
      console.warn("time line:", error);
      this.attempts += 1;
      this.root.addEventListener("toggle", this.opened);
      this.again = window.setTimeout(this.opened, AGAIN);
    }
    this.filling = false;
  }

  destroy() {
    window.clearTimeout(this.again);
    this.player.recording = null;
    this.stop();
    this.root.removeEventListener("toggle", this.opened);
    if (this.line) this.line.destroy();
  }
}
