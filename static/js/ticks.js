// One box that ticks all boxes of its form: <input type="checkbox" data-tick-all="repair">.
import { each } from "./each.js";

export function startTicks() {
  each("[data-tick-all]", (all) => {
    all.closest("[hidden]")?.removeAttribute("hidden");
    all.addEventListener("change", () => {
      for (const box of all.form.querySelectorAll(`input[name="${all.dataset.tickAll}"]`)) box.checked = all.checked;
    });
  });
}
