// Work without a line, for a form that saves itself (autosave.js). How a page takes part:
//   <form data-autosave="…" data-local-copy data-offline="name for lists"> with hidden `version` and `opened` (signed
//   moment of opening); an endpoint that answers autosave's posts and counts a `key` once; an address below
//   /penilaian/tugas/, where the worker may answer; <input type="checkbox" id="put-aside"> outside the form, hidden.
// Nothing is kept before the person ticks that box. Then the page lies in the cache `luring:<person>`, and what is
// typed in the database of that name: one record per page, sent once when the line is back, by the page itself or by
// the next page with this script. Fields only; whoever adds files keeps them in a store of their own, and sends them
// after the fields have their receipt. Signing out, or another person, wipes both (local-copy.js).

// Records in a database of this browser (IndexedDB), for what waits until the server has it: below, and in visit.js.
//   const ask = keptRecords(name of the database, store, key of a record, called when it was wiped)
//   await ask("readonly" or "readwrite", (store) => a request): its result, once the transaction is complete
// Signing out deletes the database (local-copy.js); from then on the page that had it open keeps nothing any more.
window.keptRecords = (name, store, keyPath, wiped = () => {}) => {
  let opening;
  const database = () => (opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store, { keyPath });
    request.onsuccess = () => {
      request.result.onversionchange = () => {
        request.result.close();
        opening = Promise.reject(new Error("signed out"));
        opening.catch(() => {});
        wiped();
      };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  }));
  return async (mode, work) => {
    const base = await database();
    return new Promise((resolve, reject) => {
      const transaction = base.transaction(store, mode);
      const request = work(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  };
};

(() => {
  "use strict";
  const { user } = document.body.dataset;
  const form = document.querySelector("form[data-offline]");
  const ready = (offered) => form && form.dispatchEvent(new CustomEvent("offline:ready", { detail: offered }));
  const NAME = `luring:${user}`, PAUSE = 300, DAYS = 7 * 24 * 3600 * 1000, SHUT = [401, 403, 404, 409, 422];
  if (!user || !window.indexedDB || !window.caches || !navigator.serviceWorker || !window.typedFields) {
    ready();
    return;
  }
  const list = document.getElementById("offline-unsent");
  const tick = document.getElementById("put-aside");
  const words = (name) => (tick || list)?.dataset[name] || "";
  const path = location.pathname;
  const state = () => JSON.stringify(window.typedFields(form));
  let record = null; // of this page
  let restoring = false; // what is put back was not typed now
  let offered; // the state of a record that the person has to decide about
  let timer;

  const ask = window.keptRecords(NAME, "pages", "path", () => { record = null; });
  const all = () => ask("readonly", (store) => store.getAll());
  const unsent = (one) => Boolean(one.sent) || one.state !== one.stored;

  // local-copy.js reads the number at sign-out, on every page.
  async function count() {
    const records = await all();
    if (records.length) localStorage.setItem(NAME, records.filter(unsent).length);
    else localStorage.removeItem(NAME);
    return records;
  }
  async function put(one) {
    await ask("readwrite", (store) => store.put(one));
    await count();
  }
  async function drop(one) {
    await ask("readwrite", (store) => store.delete(one.path));
    const cache = await caches.open(NAME);
    await cache.delete(one.path);
    if (!(await count()).length) await caches.delete(NAME);
  }

  async function putPageAside() {
    const cache = await caches.open(NAME);
    const page = await fetch(path, { headers: { Accept: "text/html" } });
    if (!page.ok || page.redirected) throw new Error("not the page");
    await cache.put(path, page);
    const own = performance.getEntriesByType("resource").map((entry) => new URL(entry.name));
    const assets = own.filter((url) => url.origin === location.origin && url.pathname.startsWith("/static/"));
    await cache.addAll([...new Set(assets.map((url) => url.pathname))]);
  }

  async function keep() {
    clearTimeout(timer);
    if (!record) return;
    record.state = state();
    try {
      await put(record);
      form.dataset.aside = "yes";
    } catch {
      delete form.dataset.aside;
    }
  }

  async function begin() {
    await navigator.serviceWorker.register(tick.dataset.worker, { scope: tick.dataset.scope });
    await putPageAside();
    record = fresh();
    await keep();
  }
  const fresh = () => ({
    path,
    endpoint: form.dataset.autosave,
    title: form.dataset.offline,
    version: form.elements.version.value,
    opened: form.elements.opened.value,
    state: state(),
    stored: state(),
    sent: null,
    at: Date.now(),
  });

  // Sends what a page that is closed has left. True when nothing is left of it to send.
  async function send(one, token) {
    if (!one.sent) {
      const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0"));
      const made_at = new Date(one.at).toISOString();
      one.sent = { state: one.state, version: one.version, key: key.join(""), made_at };
      await put(one);
    }
    const { state: typed, ...about } = one.sent;
    const body = new URLSearchParams([...JSON.parse(typed), ...Object.entries(about), ["opened", one.opened]]);
    body.append("csrfmiddlewaretoken", token);
    const response = await fetch(one.endpoint, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
    const answer = await response.json().catch(() => ({}));
    if (response.status === 200 && Number.isInteger(answer.version)) {
      Object.assign(one, { version: String(answer.version), stored: typed, sent: null, refused: "", receipt: answer.receipt });
    } else if (SHUT.includes(response.status) && answer.message) {
      Object.assign(one, { sent: null, refused: answer.message });
    } else {
      return false;
    }
    await put(one);
    return !one.refused && (one.state === one.stored || send(one, token));
  }

  async function sendOthers() {
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (!token || !navigator.onLine) return;
    await navigator.locks.request(NAME, async () => {
      for (const one of await all()) {
        if (one.path === path || !unsent(one)) continue;
        const done = await send(one, token).catch(() => false);
        tell(one, done);
      }
    });
  }

  function tell(one, done) {
    if (!list) return;
    const link = Object.assign(document.createElement("a"), { href: one.path, textContent: one.title });
    const line = document.createElement("li");
    line.append(link, ": ", done ? one.receipt : one.refused || words("waiting"));
    if (!list.querySelector("ul")) list.append(document.createElement("ul"));
    list.querySelector("ul").append(line);
    list.hidden = false;
  }

  // Where the page and the record meet. An older page comes from the cache; a newer one was saved somewhere else.
  async function resume() {
    const shown = Number(form.elements.version.value), kept = Number(record.version);
    if (shown > kept && record.sent) {
      await send(record, form.elements.csrfmiddlewaretoken.value).catch(() => false);
    }
    if (shown > Number(record.version)) {
      if (unsent(record) && record.state !== state()) {
        offer();
        return;
      }
      record = { ...fresh(), at: record.at };
    } else {
      const left = { sent: record.sent, acked: record.stored, at: record.at };
      form.elements.version.value = record.version;
      restoring = true;
      window.fillFields(form, JSON.parse(record.state));
      restoring = false;
      form.dispatchEvent(new CustomEvent("autosave:resume", { detail: left }));
    }
    await keep();
    if (shown >= kept) putPageAside().catch(() => {}); // from the server: a newer page for the next time
  }

  // The server says why not, and shows both; the record stays until the person drops it.
  function offer() {
    const old = record;
    record = null;
    offered = old.state;
    if (tick) tick.closest(".put-aside").hidden = true;
    window.offerText({ at: old.at, fields: JSON.parse(old.state), moved: form.elements.version.value !== old.version }, {
      compare: () => {
        const post = Object.assign(document.createElement("form"), { method: "post", action: path, hidden: true });
        const own = ["csrfmiddlewaretoken", "_key"].map((name) => [name, form.elements[name].value]);
        for (const [name, value] of [...own, ["version", old.version], ...JSON.parse(old.state)]) {
          const field = document.createElement("textarea");
          post.append(Object.assign(field, { name, value }));
        }
        document.body.append(post);
        post.submit();
      },
      discard: () => { drop(old); },
    });
  }

  async function onForm() {
    const found = await ask("readonly", (store) => store.get(path));
    if (found && Date.now() - found.at < DAYS) record = found;
    else if (found) await drop(found);
    if (tick) {
      tick.closest(".put-aside").hidden = false;
      tick.checked = Boolean(record);
    }
    if (!record) return;
    if (form.dataset.autosave) await resume();
    else if (unsent(record)) offer();
    else await drop(record);
  }

  if (form) {
    form.addEventListener("input", () => {
      if (!record || restoring) return;
      record.at = Date.now();
      clearTimeout(timer);
      timer = setTimeout(keep, PAUSE);
    });
    form.addEventListener("autosave:sending", ({ detail }) => {
      if (!record) return;
      record.sent = detail;
      keep();
    });
    form.addEventListener("autosave:stored", ({ detail }) => {
      if (!record) return;
      Object.assign(record, { version: form.elements.version.value, stored: detail.state, sent: null });
      keep();
    });
    window.addEventListener("pagehide", keep);
  }
  if (tick) {
    tick.addEventListener("change", async () => {
      const say = document.getElementById("put-aside-state");
      tick.disabled = true;
      try {
        if (tick.checked) await begin();
        else if (record) {
          await drop(record);
          record = null;
          delete form.dataset.aside;
        }
        say.textContent = tick.checked ? words("done") : "";
      } catch {
        tick.checked = false;
        say.textContent = words("failed");
      }
      tick.disabled = false;
    });
  }
  // Without a mark nothing of this person lies here, and the database need not be made.
  const begun = localStorage.getItem(NAME) === null ? Promise.resolve() : form ? onForm() : Promise.resolve();
  if (form && tick && localStorage.getItem(NAME) === null) tick.closest(".put-aside").hidden = false;
  begun.catch(() => {}).then(() => {
    ready(offered);
    if (localStorage.getItem(NAME) !== null) sendOthers().catch(() => {});
  });
  window.addEventListener("online", () => {
    if (localStorage.getItem(NAME) !== null) sendOthers().catch(() => {});
  });
})();
