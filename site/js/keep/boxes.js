// Boxes of MP4 files: finds them, reads and writes their numbers, puts new ones together (ISO/IEC 14496-12 4.2). Pure.

/** @typedef {{type: string, start: number, body: number, end: number}} Box offsets in its bytes: of the box, its body, its end */

/**
 * Return the boxes that lie side by side between two offsets; throws where one is cut short.
 * @param {Uint8Array} bytes
 * @param {number} [from]
 * @param {number} [to]
 * @returns {Box[]}
 */
export function boxesIn(bytes, from = 0, to = bytes.length) {
  /** @type {Box[]} */ const found = [];
  let start = from;
  while (start < to) {
    if (start + 8 > to) throw new Error("a box is cut short");
    let size = read32(bytes, start);
    let body = start + 8;
    if (size === 1) {
      size = read64(bytes, body);
      body += 8;
    } else if (size === 0) size = to - start;
    const end = start + size;
    if (end > to || body > end) throw new Error("a box is cut short");
    found.push({ type: name(bytes, start + 4), start, body, end });
    start = end;
  }
  return found;
}

/**
 * Return the first box at a path of types such as `moov`, `trak`; throws if there is none.
 * @param {Uint8Array} bytes
 * @param {string[]} path
 * @param {Box} [within]
 * @returns {Box}
 */
export function only(bytes, path, within) {
  let box = within;
  for (const type of path) {
    box = boxesIn(bytes, box ? box.body : 0, box ? box.end : bytes.length).find((each) => each.type === type);
    if (box === undefined) throw new Error(`there is no ${path.join("/")}`);
  }
  return /** @type {Box} */ (box);
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @returns {string}
 */
export function name(bytes, at) {
  return String.fromCharCode(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @returns {number}
 */
export function read32(bytes, at) {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @returns {number} exact below 2 ** 53
 */
export function read64(bytes, at) {
  return read32(bytes, at) * 4294967296 + read32(bytes, at + 4);
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {number} value
 */
export function write32(bytes, at, value) {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(at, value);
}

/**
 * @param {number} value below 2 ** 53
 * @returns {Uint8Array} eight bytes
 */
export function number64(value) {
  return numbers(Math.floor(value / 4294967296), value % 4294967296);
}

/**
 * @param {...number} values
 * @returns {Uint8Array} four bytes each
 */
export function numbers(...values) {
  const bytes = new Uint8Array(4 * values.length);
  values.forEach((value, i) => write32(bytes, 4 * i, value));
  return bytes;
}

/**
 * @param {Uint8Array[]} parts
 * @returns {Uint8Array}
 */
export function joined(parts) {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  parts.forEach((part) => {
    bytes.set(part, at);
    at += part.length;
  });
  return bytes;
}

/**
 * @param {string} type four letters of Latin-1
 * @param {...Uint8Array} parts
 * @returns {Uint8Array}
 */
export function box(type, ...parts) {
  const body = joined(parts);
  const letters = Uint8Array.from(type, (letter) => letter.charCodeAt(0));
  return joined([numbers(8 + body.length), letters, body]);
}
