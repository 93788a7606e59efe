// Small helps; every page works without them.

// A form is sent once, however many clicks.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[hx-post], [data-download]")) return; // a page that hands out a file stays, to hand out another
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) button.setAttribute("aria-disabled", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// The back button fetches the form anew; what is sent from there is still the same initiative.
const submission = document.querySelector("input[name=submission]");
if (submission && history.state?.submission) submission.value = history.state.submission;
else if (submission) history.replaceState({ submission: submission.value }, "");

// What a person was told to look at is where the keyboard goes on.
const first = document.querySelector("[data-focus]");
if (first) first.focus();

// What was written in a form that saves itself goes along when the window closes before it has been saved.
for (const form of document.querySelectorAll("form[hx-post]")) {
  let typed = 0, sent = 0;
  form.addEventListener("input", () => { typed += 1; form.dataset.unsaved = "1"; });
  form.addEventListener("htmx:beforeRequest", (event) => { if (event.target === form) sent = typed; });
  form.addEventListener("htmx:afterRequest", (event) => { if (event.target === form && event.detail.successful && sent === typed) delete form.dataset.unsaved; });
}
window.addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form[data-unsaved]")) navigator.sendBeacon(form.getAttribute("hx-post"), new FormData(form));
});

// A record that is chosen is written where one says what an answer rests on. Before the form hears of the change: then it saves.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-cite]") || !event.target.value) return;
  const reason = event.target.closest("form").querySelector("textarea[name=reason]");
  const said = reason.value.trimEnd(), stop = !said || /[.!?]$/.test(said) ? "" : ".";
  reason.value = `${said}${stop} Se handling ${event.target.value}.`.trimStart();
  event.target.value = "";
  reason.dispatchEvent(new Event("input", { bubbles: true }));
}, true);

// An answer that could not be saved says so where it was written.
function notSaved(event, why) {
  const saved = document.querySelector(event.target.closest("form")?.getAttribute("hx-target"));
  if (saved) { saved.textContent = `Inte sparat: ${why} Texten finns kvar här.`; saved.className = "tag tag-stop"; }
}
document.addEventListener("htmx:sendError", (event) => notSaved(event, "ingen kontakt med servern."));
document.addEventListener("htmx:responseError", (event) => notSaved(event, "du kan ha loggats ut. Kopiera texten och ladda om sidan."));
