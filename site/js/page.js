// Finds elements and texts that a component cannot do without.

/**
 * Return the element below `root` with this class, which must be of this kind; throws if it is missing.
 * @template {Element} E
 * @param {ParentNode} root
 * @param {string} name
 * @param {new (...args: any[]) => E} kind
 * @returns {E}
 */
export function part(root, name, kind) {
  const element = root.querySelector(`.${name}`);
  if (!(element instanceof kind)) throw new Error(`there is no ${kind.name} .${name}`);
  return element;
}

/**
 * Return the value of `data-…` of `root`; throws if it is missing.
 * @param {HTMLElement} root
 * @param {string} name as in `dataset`
 * @returns {string}
 */
export function setting(root, name) {
  const value = root.dataset[name];
  if (!value) throw new Error(`the element has no data-${name}`);
  return value;
}

/**
 * Return the translated texts in the JSON block with this class.
 * @param {ParentNode} root
 * @param {string} name
 * @returns {Record<string, string>}
 */
export function textsOf(root, name) {
  return JSON.parse(String(part(root, name, HTMLScriptElement).textContent));
}
