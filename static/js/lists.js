// Small helps for the lists; they work without.
const rows = [...document.querySelectorAll("input[name=rad]")];
const told = document.querySelector("[data-ticked]");
const tickAll = document.querySelector("[data-tick-all]");

function tell() {
  const count = rows.filter((row) => row.checked).length;
  if (told) told.textContent = count ? `${count} valda` : "";
  if (tickAll) tickAll.textContent = rows.every((row) => row.checked) ? "Välj ingen" : "Välj alla på sidan";
}
for (const row of rows) row.addEventListener("change", tell);
if (tickAll) {
  tickAll.addEventListener("click", (event) => {
    event.preventDefault();
    const on = !rows.every((row) => row.checked);
    for (const row of rows) row.checked = on;
    tell();
  });
  tell();
}

// An address holds only what was chosen.
for (const form of document.querySelectorAll("form[data-clean]")) {
  const usual = [...form.querySelectorAll("input[name=kolumn]")].map((box) => box.defaultChecked);
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
    const boxes = [...form.querySelectorAll("input[name=kolumn]")];
    const asBefore = boxes.every((box, n) => box.checked === usual[n]);
    if (asBefore && !new URLSearchParams(location.search).has("kolumn")) for (const box of boxes) box.disabled = true;
  });
  window.addEventListener("pageshow", () => { for (const field of form.elements) field.disabled = false; });
}
