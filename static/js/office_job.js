// The order of a job's tasks: by dragging or by the buttons "up" and "down", then saved as a whole.
import Sortable from "sortablejs/modular/sortable.core.esm.js";
import { each } from "./each.js";

const tasksOf = (list) => [...list.children];
const titleOf = (task) => task.dataset.task;

class TaskOrder {
  constructor(list) {
    this.list = list;
    this.saved = tasksOf(list);
    this.bar = document.querySelector("[data-order-bar]");
    this.told = document.querySelector("[data-order-told]");
    list.querySelectorAll("[data-grip]").forEach((grip) => grip.removeAttribute("hidden"));
    list.addEventListener("click", (event) => this.press(event));
    this.bar.querySelector("[data-order-back]").addEventListener("click", () => this.putBack());
    Sortable.create(list, { handle: "[data-grip]", animation: 150, onEnd: ({ item }) => this.moved(item) });
  }

  /** A place up or down, without a request for each. */
  press(event) {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    event.preventDefault();
    const task = button.closest("[data-task]");
    const other = button.dataset.step === "up" ? task.previousElementSibling : task.nextElementSibling;
    if (!other) return this.tell(task);
    if (button.dataset.step === "up") other.before(task);
    else other.after(task);
    button.focus();
    this.moved(task);
  }

  moved(task) {
    this.number();
    this.bar.hidden = this.isSaved();
    this.tell(task);
  }

  isSaved() {
    return tasksOf(this.list).every((task, place) => task === this.saved[place]);
  }

  number() {
    tasksOf(this.list).forEach((task, place) => (task.querySelector("[data-place]").textContent = place + 1));
  }

  tell(task) {
    const tasks = tasksOf(this.list);
    this.told.textContent = `${titleOf(task)} is number ${tasks.indexOf(task) + 1} of ${tasks.length}.`;
  }

  putBack() {
    this.list.append(...this.saved);
    this.number();
    this.bar.hidden = true;
    this.told.textContent = "The order is as it was.";
    this.list.querySelector("[data-step]").focus();
  }
}

each("[data-order-list]", (list) => new TaskOrder(list));
