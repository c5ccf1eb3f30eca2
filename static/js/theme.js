// Runs before the first paint, so that no page flashes in the wrong theme. Built as a file of its own.
const KEY = "shop-theme"; // "theme" is what the admin site keeps, with words of its own
const root = document.documentElement;
const systemDark = matchMedia("(prefers-color-scheme: dark)");

function saved() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage may be forbidden; the system's wish decides then
  }
}

function apply() {
  root.dataset.bsTheme = saved() ?? (systemDark.matches ? "dark" : "light");
}

function toggle() {
  const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
  try {
    localStorage.setItem(KEY, next);
    apply();
  } catch {
    root.dataset.bsTheme = next;
  }
}

apply();
systemDark.addEventListener("change", apply);
addEventListener("storage", (event) => event.key === KEY && apply());
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-theme-toggle]")) toggle();
});
