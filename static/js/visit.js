// On the spot: the phone's own coordinates at the press of a button, and how far the visit is by what is stored.
(() => {
  "use strict";
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
          point.value = [coords.latitude, coords.longitude].map((degrees) => Number(degrees.toFixed(6))).join(", ");
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

  const record = document.querySelector("form[data-autosave]");
  if (record) {
    record.addEventListener("autosave:stored", ({ detail: { answer } }) => {
      for (const name of ["progress", "interviews"]) {
        if (!answer[name]) continue;
        for (const place of document.querySelectorAll(`[data-${name}]`)) place.textContent = answer[name];
      }
    });
  }

  // A button that cannot work without a line leads to no error page.
  document.addEventListener("submit", (event) => {
    const { needsLine } = event.target.dataset;
    if (!needsLine || navigator.onLine) return;
    event.preventDefault();
    event.target.querySelector("[data-said]").textContent = needsLine;
  });
})();

// Photos of visits: made smaller, kept in this browser until the server has them, and sent one by one, each once, after
// the text. Signing out wipes what is kept (local-copy.js); how many wait stands in localStorage under the name of the
// database. A page takes part with #photos-waiting; photos are added where form[data-shrink] is.
(() => {
  "use strict";
  const SHRINK_ABOVE = 400_000, LONGEST_SIDE = 2000;
  const form = document.querySelector("form[data-shrink]");
  const waiting = document.getElementById("photos-waiting");
  const { user } = document.body.dataset;
  if (!waiting || !window.indexedDB || !user) return;
  const NAME = `foto:${user}`, TEXTS = `luring:${user}`;

  const ask = window.keptRecords(NAME, "photos", "key");
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
  }

  // Whatever is no answer is a line that is down: the photo stays and is tried again.
  async function send(photo, token) {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", token);
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
      if (photo.path === location.pathname) document.getElementById("photos-stored")?.replaceWith(fresh);
      return;
    }
    if (response.ok) throw new Error("sign in"); // the page of the sign-in: nothing is lost
    const reason = page.querySelector(".field-errors, .error-summary p, main p");
    await ask("readwrite", (store) => store.put({ ...photo, refused: reason ? reason.textContent.trim() : waiting.dataset.refused }));
  }

  // The text is worth more on a weak line: photos wait until its answer is known, and until the records of other pages
  // (offline.js) have been sent.
  let textUnderWay = false;
  async function flush(again = false) {
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (!token || !navigator.onLine || textUnderWay) return;
    await navigator.locks.request(TEXTS, () => {});
    await navigator.locks.request(NAME, async () => {
      for (const photo of await all()) {
        // A page that had grown old may be why: its own visit tries once more when it is opened.
        if (photo.refused && !(again && photo.path === location.pathname)) continue;
        try {
          await send(photo, token);
        } catch {
          break;
        }
      }
    });
    await show();
  }
  const goOn = (again) => flush(again).catch(() => {});
  const record = document.querySelector("form[data-autosave]");
  if (record) {
    record.addEventListener("autosave:sending", () => { textUnderWay = true; });
    for (const known of ["autosave:stored", "autosave:refused"]) {
      record.addEventListener(known, () => { textUnderWay = false; goOn(); });
    }
  }

  if (form && window.portalShrink) {
    const field = form.querySelector("input[type=file]");
    const said = form.querySelector("[data-said]");
    form.addEventListener("submit", async (event) => {
      const [file] = field.files;
      const { caption } = form.elements;
      if (!file || !caption.value.trim()) return; // the server says what is missing
      event.preventDefault();
      said.textContent = "Mengecilkan foto …";
      const blob = await window.portalShrink(file, SHRINK_ABOVE, LONGEST_SIDE);
      const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
      const about = { key, name: blob.name, caption: caption.value, made_at: `${new Date().toISOString().slice(0, 19)}Z` };
      try {
        await ask("readwrite", (store) => store.put({ ...about, blob, path: location.pathname, endpoint: form.action }));
      } catch {
        said.textContent = waiting.dataset.full;
        return;
      }
      form.reset();
      said.textContent = "";
      await show();
      goOn();
    });
  }
  window.addEventListener("online", () => goOn());
  if (localStorage.getItem(NAME) !== null) show().then(() => goOn(Boolean(form))).catch(() => {});
})();
