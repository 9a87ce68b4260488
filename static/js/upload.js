// Sends a document in pieces, so that a dropped line costs one piece and not the file. Without this script the plain
// form does the same in one go. A file counts as stored only when the server's own page says so.
(() => {
  "use strict";
  const LONGEST_SIDE = 2000;
  const SHRINK_ABOVE = 600 * 1024;
  const PIECE_SECONDS = 120;
  const COPIES = "salinan:"; // signing out wipes everything under this name
  const TEXT = {
    choose: "Pilih berkas yang akan diunggah.",
    prepare: "Menyiapkan berkas…",
    check: "Berkas terkirim. Menunggu portal memeriksa dan menyimpannya…",
    stopped: "Unggahan dibatalkan. Berkas belum tersimpan.",
    session: "Sesi Anda sudah berakhir dan berkas belum tersimpan. Masuk lagi, lalu pilih berkas yang sama; unggahan dilanjutkan dari bagian yang sudah terkirim.",
    stale: "Halaman ini sudah lama terbuka dan berkas belum tersimpan. Muat ulang halaman, lalu pilih berkas yang sama; unggahan dilanjutkan.",
    full: "Ruang penyimpanan portal sedang penuh. Berkas Anda belum tersimpan. Coba lagi nanti.",
    refused: "Berkas belum tersimpan. Muat ulang halaman, lalu coba lagi.",
  };

  class Stop extends Error {
    constructor(text, link) {
      super(text);
      this.link = link;
    }
  }

  const keep = (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* no resuming then */ } };
  const drop = (key) => { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } };
  const load = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const randomKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");

  async function sha256(blob) {
    if (!crypto.subtle) return ""; // plain http: the server hashes anyway
    const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
    return Array.from(new Uint8Array(digest), (n) => n.toString(16).padStart(2, "0")).join("");
  }

  const shrunk = (file) => window.portalShrink(file, SHRINK_ABOVE, LONGEST_SIDE);

  class Sending {
    constructor(form, file) {
      Object.assign(this, { form, file, row: form.closest(".document"), stop: new AbortController() });
      this.slot = `${COPIES}${form.dataset.person}:unggahan:${form.dataset.pieces}`;
      this.print = [file.name, file.size, file.lastModified].join("|");
      this.token = form.elements.csrfmiddlewaretoken.value;
      this.box = document.createElement("div");
      this.box.className = "upload-progress";
      this.bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
      this.bar.setAttribute("aria-label", `Kemajuan unggahan ${file.name}`);
      this.said = document.createElement("p");
      this.said.setAttribute("role", "status");
      const cancel = this.cancel = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-secondary btn-sm", textContent: "Batalkan unggahan" });
      cancel.addEventListener("click", () => this.stop.abort());
      this.box.append(this.bar, this.said, cancel);
    }

    say(text) {
      if (this.said.textContent !== text) this.said.textContent = text;
    }

    show(offset) {
      const part = Math.floor((offset / this.blob.size) * 100);
      this.bar.value = part;
      // Read aloud in steps of ten, not with each piece.
      this.say(`Mengunggah ${this.file.name}: ${part - (part % 10)} % terkirim.`);
    }

    // Anything but an answer is a dropped line or a server that is away: rest, and try again, for as long as it takes.
    async ask(url, options = {}) {
      for (let pause = 1; ; pause = Math.min(pause * 2, 30)) {
        if (this.stop.signal.aborted) throw new Stop(TEXT.stopped);
        const piece = new AbortController();
        const give = () => piece.abort();
        const limit = setTimeout(give, PIECE_SECONDS * 1000);
        this.stop.signal.addEventListener("abort", give);
        try {
          const answer = await fetch(url, { credentials: "same-origin", ...options, signal: piece.signal });
          if (answer.status < 500 || answer.status === 507) return answer;
        } catch {
          // cancelled, too slow, or no line
        } finally {
          clearTimeout(limit);
          this.stop.signal.removeEventListener("abort", give);
        }
        if (this.stop.signal.aborted) throw new Stop(TEXT.stopped);
        this.say(`Sambungan terputus. Bagian yang sudah terkirim aman; dicoba lagi dalam ${pause} detik.`);
        await this.rest(pause);
        if (options.once) return null;
      }
    }

    rest(seconds) {
      return new Promise((done) => {
        const go = () => { clearTimeout(timer); window.removeEventListener("online", go); done(); };
        const timer = setTimeout(go, seconds * 1000);
        window.addEventListener("online", go);
        this.stop.signal.addEventListener("abort", go);
      });
    }

    async facts(answer) {
      const json = (answer.headers.get("Content-Type") || "").includes("json");
      if (answer.type === "opaqueredirect" || answer.status === 401 || (!json && answer.redirected)) throw new Stop(TEXT.session, location.href);
      if (!json && answer.status === 403) throw new Stop(TEXT.stale, location.href);
      if (answer.status === 507) throw new Stop(TEXT.full);
      const facts = json ? await answer.json() : {};
      if (json && (answer.ok || answer.status === 409)) return facts;
      if (answer.status === 404 && json) return null;
      throw new Stop(facts.error || TEXT.refused);
    }

    piecesUrl() {
      return `/unggahan/${this.key}/`;
    }

    async begin() {
      const known = load(this.slot);
      if (known && known.print === this.print) {
        this.key = known.key;
        const facts = await this.facts(await this.ask(this.piecesUrl(), { redirect: "manual" }));
        if (facts && facts.size === this.blob.size) return facts;
      }
      const body = new FormData();
      body.set("_key", randomKey());
      body.set("name", this.blob.name);
      body.set("size", this.blob.size);
      const facts = await this.facts(await this.ask(this.form.dataset.pieces, { method: "POST", body, headers: { "X-CSRFToken": this.token } }));
      if (!facts) throw new Stop(TEXT.refused);
      this.key = facts.key;
      keep(this.slot, { at: Date.now(), key: this.key, print: this.print });
      return facts;
    }

    async send() {
      let facts = await this.begin();
      while (facts.offset < this.blob.size) {
        this.show(facts.offset);
        const headers = { "X-CSRFToken": this.token, "Upload-Offset": facts.offset, "Content-Type": "application/octet-stream" };
        const body = this.blob.slice(facts.offset, facts.offset + facts.piece);
        // After a break nobody knows how much arrived: ask before sending on.
        const answer = await this.ask(this.piecesUrl(), { method: "PUT", body, headers, redirect: "manual", once: true })
          || await this.ask(this.piecesUrl(), { redirect: "manual" });
        facts = await this.facts(answer);
        if (!facts) {
          drop(this.slot);
          facts = await this.begin();
        }
      }
      this.show(this.blob.size);
    }

    // The form itself, with the upload in place of the file: the same address, key and checks as without a script.
    async finish() {
      this.say(TEXT.check);
      const digest = await sha256(this.blob);
      this.cancel.remove(); // from here on it may be stored any moment
      const body = new FormData(this.form);
      const field = this.form.querySelector("input[type=file]");
      body.delete(field.name);
      body.set("upload", this.key);
      body.set("sha256", digest);
      const answer = await this.ask(this.form.action, { method: "POST", body });
      if (answer.status === 507) throw new Stop(TEXT.full);
      if (answer.status === 403 || answer.status === 409) throw new Stop(TEXT.stale, location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const row = page.getElementById(this.row.id);
      if (!row) throw new Stop(answer.redirected ? TEXT.session : TEXT.refused, answer.redirected ? answer.url : location.href);
      drop(this.slot);
      if (!answer.ok) fetch(this.piecesUrl(), { method: "DELETE", headers: { "X-CSRFToken": this.token } }).catch(() => {});
      this.row.replaceWith(row);
      if (answer.ok) row.prepend(...page.querySelectorAll("main > .notification-attention")); // a colleague was faster
      const result = document.createElement("p");
      result.setAttribute("role", "status");
      row.querySelector("form").append(result);
      setTimeout(() => { result.textContent = answer.ok ? "Berkas tersimpan." : ""; }, 100);
      const target = answer.ok ? row.querySelector("h2") : row.querySelector("input[type=file]");
      if (answer.ok) target.tabIndex = -1;
      target.focus();
    }

    async run() {
      const button = this.form.querySelector("button:not([type=button])");
      button.setAttribute("aria-disabled", "true");
      clear(this.form);
      this.form.append(this.box);
      this.say(TEXT.prepare);
      try {
        this.blob = await shrunk(this.file);
        await this.send();
        await this.finish();
      } catch (error) {
        if (!(error instanceof Stop)) console.error(error);
        if (this.stop.signal.aborted && this.key) {
          drop(this.slot);
          fetch(this.piecesUrl(), { method: "DELETE", headers: { "X-CSRFToken": this.token } }).catch(() => {});
        }
        complain(this.form, error instanceof Stop ? error.message : TEXT.refused, error.link);
      } finally {
        this.box.remove();
        button.removeAttribute("aria-disabled");
        sending.delete(this.form);
      }
    }
  }

  const sending = new Map();

  function clear(form) {
    form.querySelectorAll(".field-errors").forEach((old) => old.remove());
    form.querySelector(".field").classList.remove("field-invalid");
    const field = form.querySelector("input[type=file]");
    field.removeAttribute("aria-invalid");
    field.setAttribute("aria-describedby", field.getAttribute("aria-describedby").split(" ")[0]);
  }

  function complain(form, text, link) {
    clear(form);
    const field = form.querySelector("input[type=file]");
    const list = Object.assign(document.createElement("ul"), { className: "field-errors", id: `${field.id}-problem` });
    const line = document.createElement("li");
    line.setAttribute("role", "alert");
    line.append(text);
    if (link) line.append(" ", Object.assign(document.createElement("a"), { href: link, textContent: "Buka halaman masuk atau muat ulang" }));
    list.append(line);
    field.before(list);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby")} ${list.id}`);
    form.querySelector(".field").classList.add("field-invalid");
    field.focus();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.pieces) return;
    const field = form.querySelector("input[type=file]");
    event.preventDefault();
    if (sending.has(form)) return;
    const [file] = field.files;
    if (!file) {
      complain(form, TEXT.choose);
      return;
    }
    sending.set(form, new Sending(form, file));
    sending.get(form).run();
  });

  // Leaving the portal on a shared computer leaves no file names behind.
  document.addEventListener("submit", (event) => {
    if (!event.target.action.endsWith("/akun/keluar/")) return;
    try {
      Object.keys(localStorage).filter((key) => key.startsWith(COPIES) && key.includes(":unggahan:")).forEach(drop);
    } catch { /* nothing was kept */ }
  }, true);

  window.addEventListener("beforeunload", (event) => {
    if (sending.size) event.preventDefault();
  });
})();
