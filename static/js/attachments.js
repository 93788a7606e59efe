// Files go up piece by piece, several at a time to choose and one at a time to send; what breaks off goes on where it was.
(() => {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const list = document.getElementById("bilagor"), told = document.querySelector("[data-uploads]");
  const input = form.querySelector("input[type=file]"), size = Number(form.dataset.piece);
  form.querySelector("button").hidden = true;
  form.querySelector("[data-drop]").hidden = false;
  const queue = [];
  let busy = false;

  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  // Resolves to what the server answered, or to nothing where somebody has called the upload off.
  async function ask(address, body, signal) {
    for (let wait = 1000; !signal?.aborted; wait = Math.min(wait * 2, 15000)) {
      let full = false;
      try {
        const response = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, signal });
        if (response.status === 410) return { fault: "Någon som skriver med har redan skickat initiativet, så filen kom inte med. Mejla den till kommunen." };
        if (response.ok || response.status === 409 || response.status === 422) return await response.json();
        if (response.status < 500 && response.status !== 429) return { fault: "Filen gick inte att ta emot. Försök igen." };
        full = response.status === 429;
      } catch { /* no connection: we try again */ }
      if (signal?.aborted) break;
      say(full ? "Vänta en stund. Det kommer mycket på en gång, så vi försöker igen av oss själva." : "Avbrott i uppladdningen. Vi försöker igen.");
      await pause(wait);
    }
  }
  const say = (text) => { if (told.dataset.now !== text) { told.dataset.now = text; line("p", text); } };
  function line(tag, text, bad) {
    told.querySelector("p.passing")?.remove();
    const one = document.createElement(tag);
    one.textContent = text; one.className = bad ? "tag tag-stop d-block mt-2 mb-0" : "passing mb-0";
    told.append(one);
  }

  function row(file, id) {
    list.querySelector(`[data-file="${id}"]`)?.remove();
    const one = document.createElement("li");
    one.dataset.file = id;
    const name = document.createElement("span");
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = file.size; bar.setAttribute("aria-label", file.name);
    one.append(name, bar);
    list.append(one);
    return { one, bar };
  }

  function button(text, name) {
    const one = document.createElement("button"), hidden = document.createElement("span");
    one.className = "btn btn-sm btn-quiet"; one.textContent = text;
    hidden.className = "visually-hidden"; hidden.textContent = ` ${name}`;
    one.append(hidden);
    return one;
  }

  // Gone from the page at once, and from the server when it hears of it; else it stands there as unfinished next time.
  async function callOff(one, file, at) {
    one.remove();
    say(`${file.name} är avbruten.`);
    await fetch(at, { method: "POST" }).catch(() => null);
    input.focus();
  }

  function finished(one, file, answer) {
    const at = new URL(form.action).pathname + `${answer.id}/bort/`;
    for (const gone of one.querySelectorAll("progress, button")) gone.remove();
    if (answer.locked) { const tag = document.createElement("span"); tag.className = "tag tag-plain"; tag.textContent = "skyddad med lösenord"; one.querySelector("span").append(" ", tag); }
    const away = document.createElement("form");
    away.method = "post"; away.action = at;
    away.append(button("Ta bort", file.name)); one.append(away);
    say(`${file.name} är uppladdad.`);
  }

  async function upload(file) {
    const about = new FormData();
    about.append("name", file.name); about.append("size", file.size); about.append("changed", file.lastModified);
    const begun = await ask(form.dataset.upload, about);
    if (begun.fault || !begun.id) { if (begun.fault) line("p", begun.fault, true); return; }
    const { one, bar } = row(file, begun.id), base = new URL(form.action).pathname;
    const stop = new AbortController(), cancel = button("Avbryt", file.name);
    cancel.addEventListener("click", () => stop.abort());
    one.append(cancel);
    let answer = begun;
    while (!answer.whole) {
      bar.value = answer.received;
      const at = answer.received;
      answer = { ...begun, ...(await ask(`${base}${begun.id}/?offset=${at}`, file.slice(at, at + size), stop.signal)) };
      if (stop.signal.aborted && !answer.whole) return callOff(one, file, `${base}${begun.id}/bort/`);
      if (answer.fault) { one.remove(); line("p", answer.fault, true); return; }
    }
    finished(one, file, answer);
  }

  async function work() {
    if (busy) return;
    busy = true;
    while (queue.length) await upload(queue.shift());
    busy = false;
  }
  function take(files) {
    for (const old of told.querySelectorAll("p")) old.remove();
    delete told.dataset.now;
    const room = Number(form.dataset.most) - list.children.length - queue.length, chosen = [...files];
    const resumed = (file) => [...list.querySelectorAll("[data-broken]")].some((one) => one.dataset.name === file.name);
    const fits = chosen.filter(resumed).concat(chosen.filter((file) => !resumed(file)).slice(0, Math.max(0, room)));
    const left = chosen.filter((file) => !fits.includes(file));
    if (left.length) line("p", `Högst ${form.dataset.most} bilagor. De här kom inte med: ${left.map((file) => file.name).join(", ")}.`, true);
    queue.push(...fits);
    work();
  }

  input.addEventListener("change", () => { take(input.files); input.value = ""; });
  form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => { event.preventDefault(); form.classList.remove("over"); take(event.dataTransfer.files); });
  window.addEventListener("beforeunload", (event) => { if (busy) event.preventDefault(); });
})();
