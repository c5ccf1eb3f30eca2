// Ctrl-K, or the magnifying glass: what is typed is asked by htmx; here are the keys. Without a script
// the glass leads to the page of the same answers.
const links = (dialog) => [...dialog.querySelectorAll(".search-hit")];

function open(dialog) {
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input").select();
}

function move(dialog, step) {
  const stops = [dialog.querySelector("input"), ...links(dialog)];
  const next = stops.indexOf(document.activeElement) + step;
  stops[Math.min(Math.max(next, 0), stops.length - 1)].focus();
}

// The answer on the screen may be of fewer letters: then the page answers.
function first(dialog, input) {
  const shown = dialog.querySelector(".search-results");
  return shown?.dataset.text === input.value ? links(dialog)[0] : undefined;
}

export function startSearchDialog() {
  const dialog = document.getElementById("search-dialog");
  if (!dialog) return;
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    open(dialog);
  });
  document.querySelector("[data-search]")?.addEventListener("click", (event) => {
    event.preventDefault();
    open(dialog);
  });
  dialog.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    move(dialog, steps[event.key]);
  });
  dialog.querySelector("form").addEventListener("submit", (event) => {
    const found = first(dialog, dialog.querySelector("input"));
    if (!found) return;
    event.preventDefault();
    found.click();
  });
}
