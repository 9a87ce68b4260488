/* Offers each chart as one that answers to pointer and touch. It reads the table beside the picture, so there is one
   source of numbers; the library comes from our own server, and only when somebody asks for it. */
(() => {
  const page = document.querySelector("[data-library]");
  if (!page) return;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const day = (at) => new Date(at).toLocaleDateString("id", { day: "numeric", month: "short" });
  let library;

  const load = () =>
    (library ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = page.dataset.library;
      script.onload = () => resolve(window.Chart);
      script.onerror = () => {
        library = undefined;
        reject(new Error("the library did not come"));
      };
      document.head.append(script);
    }));

  const read = (table) => {
    const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    const rows = [...table.tBodies[0].rows].map((row) => ({
      label: row.cells[0].textContent.trim(),
      at: Date.parse(row.cells[0].dataset.at),
      cells: [...row.cells].filter((cell) => cell.dataset.value),
    }));
    const series = rows[0].cells.map((first, n) => ({
      label: names[first.cellIndex],
      values: rows.map((row) => Number(row.cells[n].dataset.value)),
    }));
    return { rows, series };
  };

  const bars = ({ rows, series }, suffix) => ({
    type: "bar",
    data: {
      labels: rows.map((row) => row.label),
      datasets: series.map((one) => ({ label: one.label, data: one.values, backgroundColor: colour("--tile-3") })),
    },
    options: {
      animation: false,
      indexAxis: "y",
      maintainAspectRatio: false,
      plugins: {
        legend: { display: false },
        tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${item.formattedValue}${suffix}` } },
      },
      scales: {
        x: {
          beginAtZero: true,
          suggestedMax: suffix ? 100 : undefined,
          ticks: { precision: 0, callback: (value) => `${value}${suffix}` },
        },
        y: { ticks: { autoSkip: false } },
      },
    },
  });

  const lines = ({ rows, series }) => ({
    type: "line",
    data: {
      datasets: series.map((one, n) => ({
        label: one.label,
        data: one.values.map((y, at) => ({ x: rows[at].at, y })),
        stepped: true,
        borderColor: colour(n ? "--navy" : "--tile-3"),
        backgroundColor: colour(n ? "--navy" : "--tile-3"),
        borderDash: n ? [] : [5, 4],
        pointRadius: 2,
      })),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      plugins: {
        legend: { labels: { usePointStyle: true, pointStyle: "line" } },
        tooltip: { callbacks: { title: ([item]) => day(item.parsed.x) } },
      },
      scales: {
        x: { type: "linear", min: rows[0].at, max: rows.at(-1).at, ticks: { callback: day, maxTicksLimit: 5, maxRotation: 0 } },
        y: { beginAtZero: true, ticks: { precision: 0 } },
      },
    },
  });

  for (const box of page.querySelectorAll("[data-chart]")) {
    const table = box.querySelector("table");
    const place = document.createElement("div");
    const button = document.createElement("button");
    place.className = "interactive";
    button.type = "button";
    button.className = "btn btn-secondary btn-sm";
    button.textContent = page.dataset.show;
    button.setAttribute("aria-expanded", "false");
    place.append(button);
    box.append(place);
    let canvasBox;
    button.addEventListener("click", async () => {
      if (canvasBox) {
        canvasBox.hidden = !canvasBox.hidden;
      } else {
        button.disabled = true;
        try {
          const Chart = await load();
          const found = read(table);
          const canvas = document.createElement("canvas");
          canvasBox = document.createElement("div");
          canvasBox.className = "interactive-canvas";
          canvasBox.style.height = box.dataset.chart === "line" ? "20rem" : `${found.rows.length * 26 + 50}px`;
          canvas.setAttribute("role", "img");
          canvas.setAttribute("aria-label", box.dataset.label);
          canvasBox.append(canvas);
          place.append(canvasBox);
          Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
          Chart.defaults.color = colour("--ink");
          new Chart(canvas, box.dataset.chart === "line" ? lines(found) : bars(found, box.dataset.suffix ?? ""));
        } catch {
          canvasBox?.remove();
          canvasBox = undefined;
          let note = place.querySelector("[role=alert]");
          if (!note) {
            note = document.createElement("p");
            note.setAttribute("role", "alert");
            place.append(note);
          }
          note.textContent = page.dataset.failed;
        }
        button.disabled = false;
      }
      const shown = Boolean(canvasBox) && !canvasBox.hidden;
      button.setAttribute("aria-expanded", String(shown));
      button.textContent = shown ? page.dataset.hide : page.dataset.show;
    });
  }
})();
