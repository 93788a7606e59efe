// Small helps; every page works without them.

// A form is sent once, however many clicks; the server also sees to that.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[hx-post]")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) button.setAttribute("aria-disabled", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// What a person was told to look at is where the keyboard goes on.
const first = document.querySelector("[data-focus]");
if (first) first.focus();

// A saved answer that could not be saved says so where it was written.
document.addEventListener("htmx:sendError", (event) => {
  const saved = document.querySelector(event.target.closest("form")?.getAttribute("hx-target"));
  if (saved) { saved.textContent = "Inte sparat: ingen kontakt med servern. Texten finns kvar här."; saved.className = "tag tag-stop"; }
});
