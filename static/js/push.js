// Messages in this browser: asks it for its push address and tells the shop, or takes it back.
const part = document.querySelector("[data-push]");
const isAble = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

async function tell(values) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const body = new URLSearchParams(values);
  const headers = { "X-CSRFToken": token };
  const answer = await fetch(part.dataset.push, { method: "POST", body, headers });
  if (!answer.ok) throw new Error(`The shop answered ${answer.status}`);
}

async function begin(registration) {
  const applicationServerKey = bytes(part.dataset.key);
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  const { endpoint, keys } = made.toJSON();
  await tell({ endpoint, p256dh: keys.p256dh, auth: keys.auth });
}

async function end(subscription) {
  await tell({ endpoint: subscription.endpoint, end: "1" });
  await subscription.unsubscribe();
}

async function show(registration) {
  const subscription = await registration.pushManager.getSubscription();
  part.querySelector("[data-push-begin]").hidden = Boolean(subscription);
  part.querySelector("[data-push-end]").hidden = !subscription;
  return subscription;
}

async function run() {
  const registration = await navigator.serviceWorker.register(part.dataset.worker);
  await show(registration);
  part.hidden = false;
  part.addEventListener("click", async ({ target }) => {
    const word = part.querySelector("[data-push-word]");
    word.textContent = "";
    try {
      if (target.closest("[data-push-begin]")) await begin(registration);
      else if (target.closest("[data-push-end]")) await end(await registration.pushManager.getSubscription());
      else return;
      await show(registration);
    } catch {
      word.textContent = "This browser does not allow it, or cannot reach its push service.";
    }
  });
}

if (part && isAble) run();
