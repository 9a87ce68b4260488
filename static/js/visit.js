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
