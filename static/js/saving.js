// A form that saves itself while it is written. Nothing is called saved before the server has said so.
// `body`: what is sent. `read(response)`: the answer, or null where another try may help. An answer has `at`, or `fault`
// (with `again`: try later), or `over` (nothing more can be saved: the text stays on the page).
// `before(answer, still)`: true where the page goes elsewhere. `after(answer)`: what to say where something was not saved after all, or "".
window.savesItself = (form, { told, body, read, before = () => false, after = () => "" }) => {
  let typed = 0, saved = 0, timer = 0, wait = 0, underway = null, answered = null, over = "", asked = null;
  const state = {
    leaving: false, // by our own doing: nobody is asked
    plain: false, // by the form's own button, or to what somebody else wrote: nothing is sent on the way out
    get unsaved() { return typed !== saved; },
    get over() { return over; },
    save,
  };

  const tell = (text, bad) => {
    if (told.textContent !== text) told.textContent = text;
    told.classList.toggle("tag", bad); told.classList.toggle("tag-stop", bad);
  };
  const later = (ms) => { clearTimeout(timer); if (!over) timer = setTimeout(save, ms); };

  // Resolves to what the server answered, or null where it could not be reached.
  async function save() {
    clearTimeout(timer);
    if (over) { tell(over, true); return null; }
    if (underway) return underway.then(() => (typed === saved ? answered : save()));
    const upTo = typed;
    underway = send();
    let answer;
    try { answer = await underway; } finally { underway = null; }
    answered = answer;
    if (!answer) { tell("Inte sparat. Vi försöker igen.", true); wait = Math.min(wait ? wait * 2 : 2000, 15000); later(wait); return null; }
    wait = 0;
    if (before(answer, typed === upTo)) return answer;
    if (answer.over) { over = `Inte sparat. ${answer.over}`; tell(over, true); return null; }
    if (answer.fault) { tell(`Inte sparat. ${answer.fault}`, true); if (answer.again) later(30000); return null; }
    const unsaved = after(answer);
    if (unsaved) { tell(unsaved, true); saved = -1; return answer; }
    saved = upTo;
    if (typed === saved) tell(`Sparat kl. ${answer.at}`, false);
    else { tell("Sparar …", false); later(800); }
    return answer;
  }

  async function send() {
    const stop = new AbortController(), clock = setTimeout(() => stop.abort(), 15000);
    try {
      const response = await fetch(location.pathname, { method: "POST", body: body(), headers: { Accept: "application/json" }, signal: stop.signal });
      return await read(response);
    } catch { return null; } finally { clearTimeout(clock); }
  }

  form.addEventListener("input", () => { typed += 1; asked = null; if (told.textContent.startsWith("Sparat")) tell("Sparar …", false); if (!wait) later(800); });
  form.addEventListener("change", () => { if (typed !== saved && !wait) later(50); });
  window.addEventListener("online", () => { if (typed !== saved) { wait = 0; later(100); } });
  window.addEventListener("beforeunload", (event) => { if (!state.leaving && typed !== saved) event.preventDefault(); });
  window.addEventListener("pagehide", () => { if (!state.plain && !over && typed !== saved) navigator.sendBeacon(location.pathname, body()); });
  window.addEventListener("pageshow", () => { state.leaving = state.plain = false; });

  // Whoever leaves by a link waits for the save. Where it fails the page stays; a second click asks, as browsers do.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const elsewhere = link.origin === location.origin && !link.target && link.href.split("#")[0] !== location.href.split("#")[0];
    if (!elsewhere || typed === saved || state.leaving || over || asked === link) return;
    event.preventDefault();
    asked = link;
    let answer = await save();
    while (answer && typed !== saved && saved >= 0) answer = await save(); // somebody writes on while we save
    if (typed === saved) location.assign(link.href);
  });
  return state;
};
