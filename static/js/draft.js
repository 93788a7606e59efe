// A step that saves itself. Nothing is called saved before the server has said so; without this file the button saves.
(() => {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const told = form.querySelector("[data-saved]"), meanwhile = form.querySelector("[data-meanwhile]");
  let typed = 0, saved = 0, timer = 0, wait = 0, underway = null;
  let leaving = false; // by our own doing: nobody is asked
  let plain = false; // by the form's own button, or to what somebody else wrote: nothing is sent on the way out
  let over = ""; // why nothing more can be saved: the text stays on the page

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
    if (answer.sent && !answer.lost && typed === upTo) { leaving = true; location.assign(answer.sent); return answer; }
    if (answer.sent) { meanwhile.innerHTML = answer.meanwhile; answer.over = "Initiativet är redan skickat. Se vad som står ovanför."; }
    if (answer.over) { over = `Inte sparat. ${answer.over}`; tell(over, true); return null; }
    if (answer.fault) { tell(`Inte sparat. ${answer.fault}`, true); if (answer.again) later(30000); return null; }
    form.elements.opened.value = answer.marks;
    showFaults(answer.faults);
    if (answer.unsaved) {
      if (answer.meanwhile) meanwhile.innerHTML = answer.meanwhile;
      tell("Inte sparat. Se vad som står ovanför.", true);
      saved = -1;
      return answer;
    }
    meanwhile.replaceChildren();
    saved = upTo;
    if (typed === saved) tell(`Sparat kl. ${answer.at}`, false);
    else { tell("Sparar …", false); later(800); }
    return answer;
  }
  let answered = null;

  async function send() {
    const stop = new AbortController(), clock = setTimeout(() => stop.abort(), 15000);
    try {
      const response = await fetch(location.pathname, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, signal: stop.signal });
      if (response.ok || response.status === 410) return await response.json();
      if (response.status === 429) return { ...(await response.json()), again: true };
      if (response.status === 404) return { over: "Länken gäller inte längre. Texten står kvar här. Kopiera den innan du lämnar sidan." };
      if (response.status === 400 || response.status === 413) return { fault: "Det blev för mycket text. Korta den, eller bifoga den som en fil." };
      return null;
    } catch { return null; } finally { clearTimeout(clock); }
  }

  // What is wrong stands at its field, without moving anybody from where they write.
  function showFaults(faults) {
    for (const old of form.querySelectorAll("[data-fault]")) old.remove();
    for (const [id, text] of Object.entries(faults)) {
      const field = document.getElementById(id);
      if (!field || field === document.activeElement) continue;
      const line = document.createElement("p");
      line.dataset.fault = id; line.className = "invalid-feedback d-block mb-0"; line.textContent = text;
      (field.closest(".mb-3") ?? field.parentElement).append(line);
    }
  }

  form.addEventListener("input", () => { typed += 1; if (told.textContent.startsWith("Sparat")) tell("Sparar …", false); if (!wait) later(800); });
  form.addEventListener("change", () => { if (typed !== saved && !wait) later(50); });
  window.addEventListener("online", () => { if (typed !== saved) { wait = 0; later(100); } });
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name) { leaving = plain = true; return; } // «save mine anyway» goes the plain way
    event.preventDefault();
    event.stopPropagation();
    const right = (answer) => answer && !answer.sent && !answer.unsaved && Object.keys(answer.faults ?? {}).length === 0;
    let answer = await save();
    while (right(answer) && typed !== saved) answer = await save(); // somebody writes on while we save
    if (over) meanwhile.querySelector("[tabindex]")?.focus();
    if (right(answer)) { leaving = true; location.assign(form.dataset.next); }
    else if (answer && !answer.unsaved && !answer.sent) document.getElementById(Object.keys(answer.faults)[0])?.focus();
  });
  meanwhile.addEventListener("click", (event) => { if (event.target.closest("a") && !over) leaving = plain = true; });
  window.addEventListener("beforeunload", (event) => { if (!leaving && typed !== saved) event.preventDefault(); });
  window.addEventListener("pagehide", () => { if (!plain && !over && typed !== saved) navigator.sendBeacon(location.pathname, new FormData(form)); });

  window.addEventListener("pageshow", () => { leaving = plain = false; });

  // Questions about one legal form are for those who have it.
  const chosen = form.elements.legal_form, about = form.querySelectorAll("[data-for-form]");
  const show = () => { for (const one of about) one.hidden = one.dataset.forForm !== chosen.value; };
  if (chosen && about.length) { chosen.addEventListener("change", show); show(); }
})();
