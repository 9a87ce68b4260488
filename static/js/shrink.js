// A photo as a smaller JPEG, upright and without its place; anything else, and what cannot be drawn, as it is.
window.portalShrink = async (file, above, longest) => {
  "use strict";
  if (!["image/jpeg", "image/png"].includes(file.type) || file.size <= above) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const small = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.8); });
    return small && small.size < file.size ? new File([small], `${file.name.replace(/\.[^.]*$/, "")}.jpg`, { type: "image/jpeg" }) : file;
  } catch {
    return file;
  }
};

// In a plain form the field itself gets the smaller photo before it is sent: input[data-shrink]. Without this script the
// photo goes as it is, and the server makes it smaller.
(() => {
  "use strict";
  const SHRINK_ABOVE = 600 * 1024, LONGEST_SIDE = 2560; // what the server keeps of a photo
  document.querySelectorAll("input[data-shrink]").forEach((field) => {
    let working = null;
    field.addEventListener("change", () => {
      const [file] = field.files;
      if (!file) return;
      const turn = working = window.portalShrink(file, SHRINK_ABOVE, LONGEST_SIDE).then((small) => {
        if (turn !== working || field.files[0] !== file || small === file) return;
        const chosen = new DataTransfer();
        chosen.items.add(small);
        field.files = chosen.files;
      }).finally(() => { if (turn === working) working = null; });
    });
    field.form.addEventListener("submit", async (event) => {
      if (!working) return;
      event.preventDefault();
      await working;
      field.form.requestSubmit(event.submitter);
    });
  });
})();
