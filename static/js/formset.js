// Rows of a Django form set, added and taken away: {% include "components/formset.html" %}.
const NUMBERED = ["name", "id", "for", "aria-describedby"];

const rowsOf = (set) => [...set.querySelectorAll(":scope > [data-row]")];
const counter = (set, what) => set.querySelector(`[name="${set.dataset.formset}-${what}_FORMS"]`);

function number(set, row, index) {
  const old = new RegExp(`(^|[ _])${set.dataset.formset}-(?:\\d+|__prefix__)-`, "g");
  const fresh = `$1${set.dataset.formset}-${index}-`;
  for (const element of row.querySelectorAll("*")) {
    for (const name of NUMBERED) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.replace(old, fresh));
    }
  }
  for (const text of row.querySelectorAll("[data-row-number]")) text.textContent = index + 1;
}

function renumber(set) {
  const rows = rowsOf(set);
  rows.forEach((row, index) => number(set, row, index));
  counter(set, "TOTAL").value = rows.length;
}

/** Adds an empty row, for the same thing again with its name filled in; null when the form is full. */
export function addRow(set, same = false) {
  const index = rowsOf(set).length;
  if (index >= Number(counter(set, "MAX_NUM").value)) return null;
  const template = set.querySelector(":scope > template");
  const row = template.content.firstElementChild.cloneNode(true);
  number(set, row, index);
  carry(rowsOf(set).at(-1), row, same ? "[data-carry], [data-same]" : "[data-carry]");
  template.before(row);
  renumber(set);
  row.dispatchEvent(new CustomEvent("row-added", { bubbles: true }));
  return row;
}

/** What is the same in most rows comes along: <input data-carry>; on the second button <input data-same>. */
function carry(from, to, fields) {
  const sources = from?.querySelectorAll(fields) ?? [];
  to.querySelectorAll(fields).forEach((field, index) => (field.value = sources[index]?.value ?? ""));
}

function firstEmpty(row) {
  const fields = [...(row?.querySelectorAll("input:not([type=hidden]), select, textarea") ?? [])];
  return fields.find((field) => !("carry" in field.dataset || "same" in field.dataset) || !field.value);
}

function removeRow(row) {
  const set = row.closest("[data-formset]");
  const form = row.closest("form");
  row.remove();
  renumber(set);
  set.querySelector("[data-add-row]").focus();
  form?.dispatchEvent(new Event("input")); // a draft forgets the row as well
}

export function startFormsets() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-row]");
    const set = button?.closest("[data-formset]");
    if (set) firstEmpty(addRow(set, button.dataset.addRow === "same"))?.focus();
    const row = event.target.closest("[data-remove-row]")?.closest("[data-row]");
    if (row) removeRow(row);
  });
}
