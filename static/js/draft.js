// A step of the public form saves itself; without this file the button saves.
(() => {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const meanwhile = form.querySelector("[data-meanwhile]");
  let faults = {}, pressed = false;

  const page = savesItself(form, {
    told: form.querySelector("[data-saved]"),
    body: () => new FormData(form),
    async read(response) {
      if (response.ok || response.status === 410) return response.json();
      if (response.status === 429) return { ...(await response.json()), again: true };
      if (response.status === 404) return { over: "Länken gäller inte längre. Texten står kvar här. Kopiera den innan du lämnar sidan." };
      if (response.status === 400 || response.status === 413) return { fault: "Det blev för mycket text. Korta den, eller bifoga den som en fil." };
      return null;
    },
    before(answer, still) {
      if (answer.sent && !answer.lost && still) { page.leaving = true; location.assign(answer.sent); return true; }
      if (answer.sent) { meanwhile.innerHTML = answer.meanwhile; answer.over = "Initiativet är redan skickat. Se vad som står ovanför."; }
      return false;
    },
    after(answer) {
      form.elements.opened.value = answer.marks;
      faults = answer.faults;
      showFaults();
      meanwhile.innerHTML = answer.meanwhile;
      if (answer.meanwhile) return "Inte sparat. Se vad som står ovanför.";
      return answer.unsaved ? `Inte sparat: ${answer.left_out.join(", ")}. Resten är sparat kl. ${answer.at}.` : "";
    },
  });

  // What is wrong stands at its field, without moving anybody from where they write: when they have left it, or saved again.
  function showFaults() {
    for (const old of form.querySelectorAll("[data-fault]")) if (faults[old.dataset.fault] !== old.textContent) old.remove();
    for (const [id, text] of Object.entries(faults)) {
      const field = document.getElementById(id);
      if (!field || field === document.activeElement || form.querySelector(`[data-fault="${id}"]`)) continue;
      const line = document.createElement("p");
      line.dataset.fault = id; line.className = "invalid-feedback d-block mb-0"; line.textContent = text;
      (field.closest(".mb-3") ?? field.parentElement).append(line);
    }
  }

  // Never between pressing and letting go: the line would move a button away from under the finger.
  const whenLeft = () => setTimeout(() => { if (!pressed) showFaults(); });
  document.addEventListener("pointerdown", () => { pressed = true; });
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => { pressed = false; whenLeft(); });
  form.addEventListener("focusout", whenLeft);

  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name) { page.leaving = page.plain = true; return; } // «save mine anyway» goes the plain way
    event.preventDefault();
    event.stopPropagation();
    const right = (answer) => answer && !answer.sent && !answer.unsaved && Object.keys(answer.faults ?? {}).length === 0;
    let answer = await page.save();
    while (right(answer) && page.unsaved) answer = await page.save(); // somebody writes on while we save
    if (page.over) meanwhile.querySelector("[tabindex]")?.focus();
    if (right(answer)) { page.leaving = true; location.assign(form.dataset.next); }
    else if (answer && !answer.meanwhile && !answer.sent) document.getElementById(Object.keys(answer.faults)[0])?.focus();
  });
  meanwhile.addEventListener("click", (event) => { if (event.target.closest("a") && !page.over) page.leaving = page.plain = true; });

  // Questions about one legal form are for those who have it.
  const chosen = form.elements.legal_form, about = form.querySelectorAll("[data-for-form]");
  const show = () => { for (const one of about) one.hidden = one.dataset.forForm !== chosen.value; };
  if (chosen && about.length) { chosen.addEventListener("change", show); show(); }
})();
