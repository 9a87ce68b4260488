// On the spot: the phone's own coordinates at the press of a button, and photos that are made smaller, kept in this
// browser until the server has them, and sent one by one, each once, after the text. Signing out wipes what is kept
// (local-copy.js); how many wait stands in localStorage under the name of the database.
(() => {
  "use strict";
  const SHRINK_ABOVE = 400_000, LONGEST_SIDE = 2000;
  const moment = (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

  const box = document.querySelector("[data-locate]");
  if (box && navigator.geolocation) {
    const [point, accuracy, taken] = ["point", "accuracy", "moment"].map((name) => document.getElementById(box.dataset[name]));
    const said = box.querySelector("[role=status]");
    box.hidden = false;
    box.querySelector("button").addEventListener("click", () => {
      said.textContent = "Mencari lokasi …";
      navigator.geolocation.getCurrentPosition(
        ({ coords, timestamp }) => {
          point.value = `${coords.latitude.toFixed(6)}, ${coords.longitude.toFixed(6)}`;
          accuracy.value = Math.round(coords.accuracy);
          taken.value = moment(timestamp);
          said.textContent = `Koordinat terisi, ketelitian sekitar ${accuracy.value} m.`;
          point.dispatchEvent(new Event("input", { bubbles: true }));
        },
        () => { said.textContent = "Lokasi tidak dapat dibaca. Izinkan lokasi pada ponsel, atau isi koordinat dengan tangan."; },
        { enableHighAccuracy: true, timeout: 30_000, maximumAge: 0 },
      );
    });
    // A point that was typed is not the phone's.
    point.addEventListener("input", (event) => { if (event.isTrusted) accuracy.value = taken.value = ""; });
  }

  const form = document.querySelector("form[data-shrink]");
  const { user } = document.body.dataset;
  if (!form || !window.portalShrink || !window.indexedDB || !user) return;
  const NAME = `foto:${user}`;
  const field = form.querySelector("input[type=file]");
  const said = form.querySelector("[data-said]");
  const waiting = document.getElementById("photos-waiting");

  let opening;
  const database = () => (opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("photos", { keyPath: "key" });
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opening = null; };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  }));
  const ask = async (mode, work) => {
    const base = await database();
    return new Promise((resolve, reject) => {
      const transaction = base.transaction("photos", mode);
      const request = work(transaction.objectStore("photos"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  };
  const all = () => ask("readonly", (store) => store.getAll());

  async function show() {
    const photos = await all();
    if (photos.length) localStorage.setItem(NAME, photos.length);
    else localStorage.removeItem(NAME);
    waiting.hidden = !photos.length;
    waiting.querySelector("ul").replaceChildren(...photos.map((photo) => {
      const line = document.createElement("li");
      line.append(`${photo.caption || photo.name}: ${photo.refused || waiting.dataset.waiting}`);
      if (photo.refused) {
        const save = Object.assign(document.createElement("a"), { href: URL.createObjectURL(photo.blob), download: photo.name, textContent: waiting.dataset.save });
        const drop = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-secondary btn-sm", textContent: waiting.dataset.drop });
        drop.addEventListener("click", async () => { await ask("readwrite", (store) => store.delete(photo.key)); show(); });
        line.append(" ", save, " ", drop);
      }
      return line;
    }));
    return photos;
  }

  // Whatever is no answer is a line that is down: the photo stays and is tried again.
  async function send(photo) {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.set("_key", photo.key);
    body.set("caption", photo.caption);
    body.set("made_at", photo.made_at);
    body.set("photo", photo.blob, photo.name);
    const response = await fetch(photo.endpoint, { method: "POST", body, signal: AbortSignal.timeout?.(120_000) });
    if (response.status >= 500) throw new Error("away");
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("photos-stored");
    if (response.ok && fresh) {
      await ask("readwrite", (store) => store.delete(photo.key));
      if (photo.path === location.pathname) document.getElementById("photos-stored").replaceWith(fresh);
      return;
    }
    if (response.ok) throw new Error("sign in"); // the page of the sign-in: nothing is lost
    const reason = page.querySelector(".field-errors, .error-summary p, main p");
    await ask("readwrite", (store) => store.put({ ...photo, refused: reason ? reason.textContent.trim() : waiting.dataset.refused }));
  }

  let textUnderWay = false;
  async function flush() {
    if (!navigator.onLine || textUnderWay) return;
    await navigator.locks.request(NAME, async () => {
      for (const photo of await all()) {
        if (photo.refused) continue;
        try {
          await send(photo);
        } catch {
          break;
        }
      }
    });
    await show();
  }
  const record = document.querySelector("form[data-autosave]");
  if (record) {
    record.addEventListener("autosave:sending", () => { textUnderWay = true; });
    record.addEventListener("autosave:stored", () => { textUnderWay = false; flush().catch(() => {}); });
  }

  form.addEventListener("submit", async (event) => {
    const [file] = field.files;
    const { caption } = form.elements;
    if (!file || !caption.value.trim()) return; // the server says what is missing
    event.preventDefault();
    said.textContent = "Mengecilkan foto …";
    const blob = await window.portalShrink(file, SHRINK_ABOVE, LONGEST_SIDE);
    const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const about = { key, name: blob.name, caption: caption.value, made_at: moment(Date.now()) };
    try {
      await ask("readwrite", (store) => store.put({ ...about, blob, path: location.pathname, endpoint: form.action }));
    } catch {
      said.textContent = waiting.dataset.full;
      return;
    }
    form.reset();
    said.textContent = "";
    await show();
    flush().catch(() => {});
  });
  window.addEventListener("online", () => { flush().catch(() => {}); });
  if (localStorage.getItem(NAME) !== null) show().then(flush).catch(() => {});
})();
