// Tells the resin for the temperature that is entered, from the owner's table in the page: no request, no wait.
/** The resin of the range that the temperature lies in. */
export function resinFor(ranges, temperature) {
  return ranges.find(({ below }) => below === null || temperature < Number(below)).resin;
}

function tell(input) {
  const form = input.form;
  const told = form.querySelector("[data-resin-told]");
  const resin = form.elements.namedItem("resin_viscosity");
  const temperature = input.value.trim() === "" ? NaN : Number(input.value);
  told.replaceChildren();
  if (Number.isNaN(temperature)) return;
  const ranges = JSON.parse(document.getElementById(input.dataset.resins).textContent);
  const fitting = resinFor(ranges, temperature);
  const text = document.createElement("p");
  text.textContent = `Resin for this glass: ${fitting}`;
  told.append(text);
  if (resin.value === fitting) return;
  const use = document.createElement("button");
  use.type = "button";
  use.className = "btn btn-secondary";
  use.textContent = `Use ${fitting}`;
  use.addEventListener("click", () => {
    resin.value = fitting;
    resin.dispatchEvent(new Event("input", { bubbles: true })); // drafts listen
    use.remove();
    resin.focus();
  });
  told.append(use);
}

export function startResins() {
  document.addEventListener("input", ({ target }) => target.matches("[data-resins]") && tell(target));
  document.querySelectorAll("[data-resins]").forEach(tell);
}
