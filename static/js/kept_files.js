// A shelf for chosen files in IndexedDB: a page cannot give its file field back what the server refused, this can.
const STORE = "files";

function open() {
  return new Promise((done, failed) => {
    const request = indexedDB.open("rs-drafts", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

async function run(mode, work) {
  const db = await open();
  try {
    return await new Promise((done, failed) => {
      const transaction = db.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => done(request.result);
      transaction.onabort = () => failed(transaction.error);
    });
  } finally {
    db.close();
  }
}

export const keptFiles = (key) => run("readonly", (store) => store.get(key));

export const keepFiles = (key, files) =>
  run("readwrite", (store) => store.put(files, key)).catch(() => {}); // full: the field still holds them

/** Removes what is kept under keys that begin with one of the prefixes. */
export async function forgetFiles(prefixes) {
  const keys = await run("readonly", (store) => store.getAllKeys());
  const gone = keys.filter((key) => prefixes.some((prefix) => key.startsWith(prefix)));
  await Promise.all(gone.map((key) => run("readwrite", (store) => store.delete(key))));
}
