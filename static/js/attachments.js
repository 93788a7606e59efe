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
  async function ask(address, body) {
    for (let wait = 1000; ; wait = Math.min(wait * 2, 15000)) {
      try {
        const response = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
        if (response.status === 410) return { fault: "Någon som skriver med har redan skickat initiativet, så filen kom inte med. Mejla den till kommunen." };
        if (response.ok || response.status === 409 || response.status === 422) return await response.json();
        if (response.status < 500 && response.status !== 429) return { fault: "Filen gick inte att ta emot. Försök igen." };
      } catch { /* no connection: we try again */ }
      say("Avbrott i uppladdningen. Vi försöker igen.");
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

  function finished(one, file, answer) {
    const at = new URL(form.action).pathname + `${answer.id}/bort/`;
    one.querySelector("progress").remove();
    if (answer.locked) { const tag = document.createElement("span"); tag.className = "tag tag-plain"; tag.textContent = "skyddad med lösenord"; one.querySelector("span").append(" ", tag); }
    const away = document.createElement("form"), button = document.createElement("button"), hidden = document.createElement("span");
    away.method = "post"; away.action = at;
    button.className = "btn btn-sm btn-quiet"; button.textContent = "Ta bort";
    hidden.className = "visually-hidden"; hidden.textContent = ` ${file.name}`;
    button.append(hidden); away.append(button); one.append(away);
    say(`${file.name} är uppladdad.`);
  }

  async function upload(file) {
    const about = new FormData();
    about.append("name", file.name); about.append("size", file.size); about.append("changed", file.lastModified);
    const begun = await ask(form.dataset.upload, about);
    if (begun.fault || !begun.id) { if (begun.fault) line("p", begun.fault, true); return; }
    const { one, bar } = row(file, begun.id), base = new URL(form.action).pathname;
    let answer = begun;
    while (!answer.whole) {
      bar.value = answer.received;
      const at = answer.received;
      answer = { ...begun, ...(await ask(`${base}${begun.id}/?offset=${at}`, file.slice(at, at + size))) };
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
