// Chosen pictures: shrunk on the device, named under the field, and kept when the server refuses the form.
import { draftKey } from "./drafts.js";
import { forgetFiles, keptFiles, keepFiles } from "./kept_files.js";

const LONGEST_SIDE = 2048;
const QUALITY = 0.85;
const FIELDS = "input[type=file][data-files]";

/** The picture at most 2048 px long as JPEG; the original where that fails or gains nothing. */
export async function shrink(file) {
  if (!file.type.startsWith("image/")) return file;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = LONGEST_SIDE / Math.max(bitmap.width, bitmap.height);
    if (scale >= 1) return bitmap.close(), file;
    const small = await draw(bitmap, scale);
    if (!small || small.size >= file.size) return file;
    return new File([small], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file; // a format this browser cannot decode: the server can
  }
}

function draw(bitmap, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const pen = canvas.getContext("2d");
  pen.fillStyle = "white"; // JPEG knows no transparency: what shines through would turn black
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close(); // 50 megapixels are 200 MB of a phone's memory
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}

function put(input, files) {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  input.files = transfer.files;
}

function size(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function line(file, index, several) {
  const item = document.createElement("li");
  if (file.type.startsWith("image/")) {
    const image = new Image();
    image.alt = "";
    image.src = URL.createObjectURL(file);
    image.onload = () => URL.revokeObjectURL(image.src);
    image.onerror = () => image.remove();
    item.append(image);
  }
  item.append(`${file.name}, ${size(file.size)}`);
  if (several) item.append(removeButton(file, index));
  return item;
}

function removeButton(file, index) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-ghost btn-sm";
  button.dataset.removeFile = index;
  button.textContent = "Remove";
  button.setAttribute("aria-label", `Remove ${file.name}`);
  return button;
}

const listOf = (input) => document.getElementById(`${input.id}_chosen`);

function tell(input) {
  const lines = [...input.files].map((file, index) => line(file, index, input.multiple));
  listOf(input)?.replaceChildren(...lines);
}

const held = new WeakMap();

/** Puts files into a field, names them and keeps them; what was held before is forgotten. */
async function hold(input, files) {
  held.set(input, files);
  put(input, files);
  tell(input);
  await keep(input, files);
}

const slot = (input) => input.form?.dataset.draft && `${draftKey(input.form)}:${input.name}`;

async function chosen(input) {
  // A camera gives one picture at a time: in a field of several, another one joins the rest.
  const before = input.multiple ? (held.get(input) ?? []) : [];
  const originals = [...before, ...input.files];
  await hold(input, originals); // at once: the device may be put away any moment
  const files = [];
  for (const file of originals) files.push(await shrink(file)); // one by one, for a phone's memory
  if (held.get(input) === originals) await hold(input, files); // else chosen anew meanwhile
}

async function remove(button) {
  const list = button.closest("ul");
  const input = list.parentElement.querySelector(FIELDS);
  const files = [...input.files].filter((_, index) => index !== Number(button.dataset.removeFile));
  await hold(input, files);
  input.focus();
}

async function keep(input, files) {
  if (!slot(input)) return;
  await keepFiles(slot(input), files);
  input.dataset.files = "kept";
}

async function restore(input) {
  const files = await keptFiles(slot(input));
  if (!files?.length || input.files.length) return;
  held.set(input, files);
  put(input, files);
  tell(input);
}

/** @param {string[]} arrived keys of drafts whose form was accepted: their pictures can go */
export function startFiles(arrived) {
  const signOut = document.querySelector("form[data-sign-out]");
  signOut?.addEventListener("submit", () => forgetFiles(["draft:"]));
  const ready = arrived.length ? forgetFiles(arrived) : Promise.resolve();
  document.addEventListener("change", ({ target }) => target.matches(FIELDS) && chosen(target));
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-remove-file]");
    if (button) remove(button);
  });
  for (const input of document.querySelectorAll(FIELDS)) {
    if (slot(input)) ready.then(() => restore(input)).catch(() => {});
  }
}
