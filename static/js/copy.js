// <button data-copy="address">: copies what the field of that id holds.
import { toast } from "./messages.js";

async function copy(field) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    toast("Copied.");
  } catch {
    toast("Copy it by hand: it is selected."); // no permission, or no secure connection
  }
}

export function startCopying() {
  document.addEventListener("click", ({ target }) => {
    const id = target.closest("[data-copy]")?.dataset.copy;
    if (id) copy(document.getElementById(id));
  });
}
