// Ordering by drag, with mouse, pen or finger: a tile is taken by its handle and let go over another one.

const TARGET = "wall__tile--target";
const DRAGGED = "wall__tile--dragged";

/**
 * Watch the handles below `list`; returns how to stop that. The buttons of a tile do the same without a pointer.
 * @param {HTMLElement} list
 * @param {(tile: Element, target: Element) => void} dropped
 * @returns {() => void}
 */
export function watchDrags(list, dropped) {
  /** @type {Element | null} */ let tile = null;
  /** @type {Element | null} */ let target = null;
  /** @param {Element | null} next */
  const aim = (next) => {
    if (target !== null) target.classList.remove(TARGET);
    target = next;
    if (target !== null) target.classList.add(TARGET);
  };
  const end = () => {
    aim(null);
    if (tile !== null) tile.classList.remove(DRAGGED);
    tile = null;
  };
  /** @param {Event} event */
  const took = (event) => {
    const { target: on, pointerId, button } = /** @type {PointerEvent & {target: Element}} */ (event);
    const handle = on.closest(".wall__handle");
    if (handle === null || button !== 0) return;
    event.preventDefault();
    tile = handle.closest(".wall__tile");
    if (tile !== null) tile.classList.add(DRAGGED);
    list.setPointerCapture(pointerId);
  };
  /** @param {Event} event */
  const went = (event) => {
    if (tile === null) return;
    const { clientX, clientY } = /** @type {PointerEvent} */ (event);
    const below = document.elementFromPoint(clientX, clientY);
    const over = below === null ? null : below.closest(".wall__tile");
    aim(over !== null && over !== tile && list.contains(over) ? over : null);
  };
  const letGo = () => {
    const [from, to] = [tile, target];
    end();
    if (from !== null && to !== null) dropped(from, to);
  };
  /** @type {[string, (event: Event) => void][]} */
  const handlers = [["pointerdown", took], ["pointermove", went], ["pointerup", letGo], ["pointercancel", end]];
  handlers.forEach(([type, handler]) => list.addEventListener(type, handler));
  return () => handlers.forEach(([type, handler]) => list.removeEventListener(type, handler));
}
