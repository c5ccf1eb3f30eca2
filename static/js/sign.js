// The drawn signature: what the finger draws goes into a hidden file field. Without it the name alone is sent.
import SignaturePad from "signature_pad";

const INK = "#1a2330";
const PAPER = "#ffffff"; // in both themes: the picture is kept as it is seen here

/** A picture of the pad as a file, made at once: the form may be sent any moment. */
function drawing(canvas) {
  const [head, body] = canvas.toDataURL("image/png").split(",");
  const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
  return new File([bytes], "signature.png", { type: head.slice(5, head.indexOf(";")) });
}

function put(input, files) {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  input.files = transfer.files;
}

/** As many dots as the screen has, and what was drawn before drawn again. */
function fit(canvas, pad) {
  const scale = Math.max(devicePixelRatio || 1, 1);
  if (canvas.width === Math.round(canvas.offsetWidth * scale)) return;
  const strokes = pad.toData();
  canvas.width = Math.round(canvas.offsetWidth * scale);
  canvas.height = Math.round(canvas.offsetHeight * scale);
  canvas.getContext("2d").scale(scale, scale);
  pad.clear();
  pad.fromData(strokes);
}

function start(field) {
  const canvas = field.querySelector("canvas");
  const input = field.querySelector("[data-signature]");
  const pad = new SignaturePad(canvas, { penColor: INK, backgroundColor: PAPER });
  const resize = () => fit(canvas, pad);
  resize();
  new ResizeObserver(resize).observe(canvas);
  pad.addEventListener("endStroke", () => put(input, [drawing(canvas)]));
  field.querySelector("[data-clear]").addEventListener("click", () => {
    pad.clear();
    put(input, []);
  });
}

document.querySelectorAll("[data-signature-pad]").forEach(start);
