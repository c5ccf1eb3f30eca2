// What was typed survives the camera, a crash and a refusal: <form data-draft="field-repair">.
// A draft belongs to one person on this device and goes with the sign-out.
import { each } from "./each.js";
import { addRow } from "./formset.js";

const SKIPPED = new Set(["password", "hidden", "file", "submit", "button"]);
const prefix = () => `draft:${document.body.dataset.user ?? ""}:`;

export const draftKey = (form) => prefix() + form.dataset.draft;

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && !SKIPPED.has(field.type));
}

function read(form) {
  return fieldsOf(form).map(({ name, type, value, checked }) =>
    type === "checkbox" || type === "radio" ? { name, value, checked } : { name, value },
  );
}

/** Rows that were added before come back before their fields are filled. */
function grow(form, entries) {
  for (const set of form.querySelectorAll("[data-formset]")) {
    const missing = ({ name }) =>
      name.startsWith(`${set.dataset.formset}-`) && !form.elements.namedItem(name);
    while (entries.some(missing) && addRow(set));
  }
}

function write(form, entries) {
  grow(form, entries);
  const waiting = [...entries];
  for (const field of fieldsOf(form)) {
    const ticks = field.type === "checkbox" || field.type === "radio";
    const at = waiting.findIndex((e) => e.name === field.name && (!ticks || e.value === field.value));
    if (at < 0) continue;
    const [entry] = waiting.splice(at, 1);
    if (ticks) field.checked = entry.checked;
    else if (!field.value || field.tagName === "SELECT") field.value = entry.value;
  }
}

const load = (key) => JSON.parse(localStorage.getItem(key) ?? "null");
const store = (key, draft) => localStorage.setItem(key, JSON.stringify(draft));

/** Ends the drafts that were sent and whose page did not come back with errors. */
function sweep(forms) {
  const refused = document.querySelector("[data-error-summary]")
    ? new Set(forms.map(draftKey))
    : new Set();
  const ended = [];
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith("draft:") || !load(key).sent) continue;
    if (refused.has(key)) continue;
    localStorage.removeItem(key);
    ended.push(key);
  }
  return ended;
}

function watch(form) {
  const key = draftKey(form);
  const save = (sent = false) => store(key, { sent, entries: read(form) });
  form.addEventListener("input", () => save());
  window.addEventListener("submit", (event) => {
    if (event.target === form && !event.defaultPrevented) save(true);
  });
}

function forgetAll() {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("draft:")) localStorage.removeItem(key);
  }
}

/** Restores and watches every drafted form; returns the keys of drafts that have arrived. */
export function startDrafts() {
  const forms = [...document.querySelectorAll("form[data-draft]")];
  try {
    const ended = sweep(forms);
    for (const form of forms) {
      const draft = load(draftKey(form));
      if (draft && !document.querySelector("[data-error-summary]")) write(form, draft.entries);
    }
    each("form[data-draft]", watch);
    document.querySelector("form[data-sign-out]")?.addEventListener("submit", forgetAll);
    return ended;
  } catch {
    return []; // storage full or forbidden: the form still works
  }
}
