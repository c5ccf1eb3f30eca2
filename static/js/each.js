/** Starts each element of this kind there is, and each that a live page brings later, once. */
export function each(selector, start) {
  const started = new WeakSet();
  const run = () => {
    for (const element of document.querySelectorAll(selector)) {
      if (started.has(element)) continue;
      started.add(element);
      start(element);
    }
  };
  run();
  document.addEventListener("page-changed", run);
}
