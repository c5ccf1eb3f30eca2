// Makes a part of the page what the server says now, touching only what differs: focus, scroll, open menus and what
// scripts did to the rest stay. It compares what the server said before with what it says now, never the live page.
const TOKENS = "input[name=csrfmiddlewaretoken], input[name=idempotency_key]"; // new with every answer
const KEPT = "[data-live-keep], .messages, .chart";
const ROWS = "tr, li, .stat, .card, .alert";
const EDITED = "input:not([type=hidden]), select, textarea";

const keyOf = (node) =>
  node.id || node.getAttribute?.("aria-labelledby") || (node.matches?.("tr, li") && node.querySelector("a[href]")?.getAttribute("href")) || "";

const isChanged = (field) => {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.type === "file") return field.files.length > 0;
  if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
  const options = [...field.options];
  const chosen = options.findIndex((option) => option.defaultSelected);
  return field.multiple
    ? options.some((option) => option.selected !== option.defaultSelected)
    : field.selectedIndex !== Math.max(chosen, 0);
};

/** Whether something in there was typed, ticked, chosen or put in order, and not sent. */
export const isEdited = (root) =>
  Boolean(root.querySelector("[data-order-bar]:not([hidden]), [data-error-summary]")) ||
  [...root.querySelectorAll(EDITED)].some(isChanged);

/** Takes the tokens out of a detached tree and remembers them: an answer differs in them always. */
function hideTokens(root) {
  for (const input of root.querySelectorAll(TOKENS)) {
    input.token = input.value;
    input.setAttribute("value", "");
  }
}

function alive(node) {
  const copy = document.importNode(node, true);
  const inputs = node.querySelectorAll?.(TOKENS) ?? [];
  copy.querySelectorAll?.(TOKENS).forEach((input, at) => (input.value = inputs[at].token));
  return copy;
}

export class Region {
  constructor(live) {
    this.shown = new WeakMap();
    this.said = live.cloneNode(true);
    this.pair(this.said, live);
    hideTokens(this.said);
  }

  /** Shows what the server says now; returns the rows that changed. */
  show(fresh) {
    this.changed = new Set();
    hideTokens(fresh);
    this.patch(this.said, fresh);
    return [...this.changed].filter((element) => element.isConnected);
  }

  /** Whether the server says anything new. */
  differs(fresh) {
    const copy = fresh.cloneNode(true);
    hideTokens(copy);
    return !this.said.isEqualNode(copy);
  }

  pair(said, live) {
    this.shown.set(said, live);
    said.childNodes.forEach((child, at) => this.pair(child, live.childNodes[at]));
  }

  patch(said, fresh) {
    const live = this.shown.get(said);
    if (said.isEqualNode(fresh) || !live) return;
    if (said.nodeType !== Node.ELEMENT_NODE) {
      said.data = live.data = fresh.data;
      this.mark(live.parentElement);
      return;
    }
    if (live.matches(KEPT) || (live.tagName === "FORM" && isEdited(live))) return;
    this.patchAttributes(said, fresh, live);
    this.patchChildren(said, fresh, live);
  }

  patchAttributes(said, fresh, live) {
    for (const name of new Set([...said.getAttributeNames(), ...fresh.getAttributeNames()])) {
      const value = fresh.getAttribute(name);
      if (said.getAttribute(name) === value) continue;
      for (const element of [said, live]) {
        if (value === null) element.removeAttribute(name);
        else element.setAttribute(name, value);
      }
      if (name === "value") live.value = value ?? "";
      this.mark(live);
    }
  }

  patchChildren(said, fresh, live) {
    const rest = [...said.childNodes];
    let last = null;
    for (const child of [...fresh.childNodes]) {
      const found = this.match(rest, child);
      if (found) rest.splice(rest.indexOf(found), 1);
      const place = found || this.adopt(child);
      this.put(said, place, last);
      const shown = this.shown.get(place);
      if (shown) this.put(live, shown, last && this.shown.get(last));
      if (found) this.patch(found, child);
      else this.mark(shown);
      last = place;
    }
    for (const gone of rest) {
      const shown = this.shown.get(gone);
      gone.remove();
      if (shown?.contains(document.activeElement)) document.getElementById("main").focus({ preventScroll: true });
      shown?.remove();
      this.mark(live);
    }
  }

  match(rest, fresh) {
    const alike = (node) => node.nodeName === fresh.nodeName && keyOf(node) === keyOf(fresh);
    const [next] = rest;
    if (next && (alike(next) || next.isEqualNode(fresh))) return next;
    return rest.find((node) => node.isEqualNode(fresh)) || (keyOf(fresh) && rest.find(alike)) || null;
  }

  /** A node that is new: itself among what was said, a copy of it on the page. */
  adopt(fresh) {
    this.pair(fresh, alive(fresh));
    return fresh;
  }

  put(parent, node, after) {
    const isThere =
      node.parentNode === parent &&
      (!after || after.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING) &&
      (after || node === parent.firstChild);
    if (!isThere) parent.insertBefore(node, after ? after.nextSibling : parent.firstChild);
  }

  mark(node) {
    const element = node?.nodeType === Node.ELEMENT_NODE ? node : node?.parentElement;
    const row = element?.closest(ROWS);
    if (row) this.changed.add(row);
  }
}
