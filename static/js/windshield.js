// The drawn windshield: a tap marks the break, arrow keys move the mark; two numbers 0-100 are what is sent.
const STEP = 2;
const LEAP = 10;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const numbers = (shield) => [...shield.querySelectorAll("input")];
const clamp = (value) => Math.min(100, Math.max(0, Math.round(value * 10) / 10));
const third = (percent) => Math.min(2, Math.floor((percent * 3) / 100));

function position(shield) {
  const values = numbers(shield).map((input) => input.value);
  return values.every(Boolean) ? values.map(Number) : null;
}

function words([x, y], all) {
  return `${all.split("|")[third(y) * 3 + third(x)]}, ${Math.round(x)} % from the left, ${Math.round(y)} % from the top`;
}

function draw(shield) {
  const at = position(shield);
  const mark = shield.querySelector("[data-mark]");
  mark.toggleAttribute("hidden", !at);
  if (at) mark.setAttribute("transform", `translate(${at[0] * 2} ${at[1]})`);
  shield.querySelector("[data-where]").textContent = at
    ? `Marked: ${words(at, numbers(shield)[0].dataset.words)}.`
    : "Tap the glass where the break is.";
  shield.querySelector("[data-unmark]").hidden = !at;
}

function put(shield, at) {
  numbers(shield).forEach((input, index) => (input.value = at ? clamp(at[index]) : ""));
  draw(shield);
  numbers(shield)[0].dispatchEvent(new Event("input", { bubbles: true })); // drafts listen
}

/** Where on the glass, not on the frame around it, the pointer is. */
function pointed(glass, { clientX, clientY }) {
  const box = glass.querySelector("[data-pane]").getBoundingClientRect();
  return [((clientX - box.left) / box.width) * 100, ((clientY - box.top) / box.height) * 100];
}

function pressed(event) {
  const glass = event.target.closest("[data-glass]");
  const shield = event.target.closest("[data-windshield]");
  if (glass) {
    const byKeyboard = event.detail === 0;
    put(shield, byKeyboard ? (position(shield) ?? [50, 50]) : pointed(glass, event));
  } else if (event.target.closest("[data-unmark]")) {
    put(shield, null);
    shield.querySelector("[data-glass]").focus();
  }
}

function moved(event) {
  const shield = event.target.closest("[data-glass]")?.closest("[data-windshield]");
  if (!shield) return;
  const move = MOVES[event.key];
  if (move) {
    const step = event.shiftKey ? LEAP : STEP;
    put(shield, (position(shield) ?? [50, 50]).map((value, index) => value + move[index] * step));
  } else if (event.key === "Delete" || event.key === "Backspace") {
    put(shield, null);
  } else return;
  event.preventDefault();
}

export function startWindshields() {
  document.addEventListener("click", pressed);
  document.addEventListener("keydown", moved);
  document.addEventListener("row-added", (event) => event.target.querySelectorAll("[data-windshield]").forEach(draw));
  document.querySelectorAll("[data-windshield]").forEach(draw);
}
