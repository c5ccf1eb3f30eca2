// Units that begin with what is typed, as large buttons under the field: <input data-suggest="address that answers ?q=">.
const PAUSE = 120;
const lists = new WeakMap();
let timer;

function listOf(input) {
  if (!lists.has(input)) {
    const list = document.createElement("ul");
    list.className = "suggestions";
    list.setAttribute("aria-label", "Units that begin so");
    input.after(list);
    lists.set(input, list);
  }
  return lists.get(input);
}

function part(text, look = "") {
  const shown = document.createElement("span");
  shown.className = look;
  shown.textContent = text;
  return shown;
}

function entry({ number, vehicle }) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-secondary btn-wide";
  button.dataset.unit = number;
  button.append(part(number), part(vehicle, "muted fw-normal"));
  item.append(button);
  return item;
}

async function ask(input) {
  const typed = input.value.trim();
  const list = listOf(input);
  try {
    const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(typed)}`);
    if (!answer.ok || input.value.trim() !== typed) return;
    const { units } = await answer.json();
    const known = units.length === 1 && units[0].number === typed;
    list.replaceChildren(...(known ? [] : units.map(entry)));
  } catch {
    list.replaceChildren(); // no connection: the number is typed to its end
  }
}

function take(button) {
  const list = button.closest(".suggestions");
  const input = list.previousElementSibling;
  input.value = button.dataset.unit;
  list.replaceChildren();
  for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, { bubbles: true }));
  clearTimeout(timer); // what was just chosen needs no suggestion
  input.closest("[data-row]")?.querySelector("input[type=radio]")?.focus({ preventScroll: true });
}

export function startSuggestions() {
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("[data-suggest]")) return;
    clearTimeout(timer);
    timer = setTimeout(() => ask(target), PAUSE);
  });
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches("[data-suggest]") && !target.value) ask(target);
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-unit]");
    if (button) take(button);
  });
}
