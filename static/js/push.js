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

// Where a browser keeps no workers (a private window), there is nothing to offer.
async function registered() {
  try {
    return await navigator.serviceWorker.register(part.dataset.worker);
  } catch {
    return undefined;
  }
}

async function run() {
  const registration = await registered();
  if (!registration) return;
  await show(registration);
  part.hidden = false;
  part.addEventListener("click", async ({ target }) => {
    if (!target.closest("button")) return;
    const word = part.querySelector("[data-push-word]");
    word.textContent = "One moment …";
    try {
      if (target.closest("[data-push-begin]")) await begin(registration);
      else await end(await registration.pushManager.getSubscription());
      const subscription = await show(registration);
      word.textContent = subscription ? "This browser shows you messages from now on." : "This browser shows none any more.";
    } catch {
      word.textContent =
        "Not switched on: the browser does not allow it, or cannot reach its push service. Allow notifications for this site in its settings, then try again.";
    }
  });
}

if (part && isAble) run();
