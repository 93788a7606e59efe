// Fields for files: what is too large or too many is told before it is sent. A form marked data-bar is sent with a bar,
// and stays as it is when the connection breaks. Without this file the server says the same, and the browser sends.
(() => {
  const megabytes = (bytes) => Math.round(Number(bytes) / 2 ** 20);

  function faultOf(input) {
    const files = [...input.files], { mostBytes, mostFiles, mostTogether } = input.dataset;
    if (files.length > Number(mostFiles ?? 1)) return `Välj högst ${mostFiles} filer åt gången, och skicka resten efteråt. Du har valt ${files.length}.`;
    const large = files.find((file) => file.size > Number(mostBytes));
    if (large) return `Filen «${large.name}» är för stor. Den får vara högst ${megabytes(mostBytes)} MB.`;
    const together = files.reduce((sum, file) => sum + file.size, 0);
    if (together > Number(mostTogether ?? Infinity)) return `Filerna är för stora tillsammans. Skicka högst ${megabytes(mostTogether)} MB åt gången, och resten efteråt.`;
    return "";
  }

  function tell(input) {
    const fault = faultOf(input), id = `${input.id}-fault`;
    document.getElementById(id)?.remove();
    const described = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
    if (fault) {
      const line = document.createElement("p");
      line.id = id; line.className = "invalid-feedback d-block mb-0"; line.setAttribute("role", "alert"); line.textContent = fault;
      input.after(line);
      described.push(id);
    }
    if (described.length) input.setAttribute("aria-describedby", described.join(" ")); else input.removeAttribute("aria-describedby");
    if (fault) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
    return fault;
  }

  const LIMITED = "input[type=file][data-most-bytes]";
  document.addEventListener("change", (event) => { if (event.target.matches(LIMITED)) tell(event.target); });
  document.addEventListener("submit", (event) => { // before anything else is done about it
    const wrong = [...event.target.querySelectorAll(LIMITED)].filter(tell);
    if (!wrong.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    wrong[0].focus();
  }, true);

  // The page came back with something to mend: what was chosen stays chosen, but for the files that it speaks of.
  function keepChosen(before, main) {
    const faults = [...main.querySelectorAll(".invalid-feedback, [role=alert]")].map((one) => one.textContent).join("\n");
    for (const old of before.querySelectorAll(LIMITED)) {
      const input = [...main.querySelectorAll(LIMITED)].find((one) => one.name === old.name && one.id === old.id);
      const kept = [...old.files].filter((file) => !faults.includes(`«${file.name}»`));
      if (!input || !kept.length) continue;
      const chosen = new DataTransfer();
      for (const file of kept) chosen.items.add(file);
      input.files = chosen.files;
      const line = document.createElement("p");
      line.className = "small-note mb-0"; line.setAttribute("role", "status"); line.textContent = `Fortfarande ${kept.length > 1 ? "valda" : "vald"}: ${kept.map((file) => file.name).join(", ")}.`;
      input.after(line);
    }
  }

  let underway = false;
  function send(form, button) {
    const request = new XMLHttpRequest(), told = form.querySelector("[data-sending]") ?? document.createElement("div");
    const bar = document.createElement("progress"), words = document.createElement("p");
    told.dataset.sending = ""; told.className = "mt-3"; told.removeAttribute("role");
    bar.className = "step-line"; bar.setAttribute("aria-label", "Skickar");
    words.className = "small-note mb-0"; words.setAttribute("role", "status"); words.textContent = "Skickar. Stäng inte sidan.";
    told.replaceChildren(bar, words);
    form.append(told);

    function stay(text) {
      underway = false;
      delete form.dataset.sent;
      for (const one of form.querySelectorAll("[aria-disabled]")) one.removeAttribute("aria-disabled");
      const why = document.createElement("p");
      why.className = "tag tag-stop d-block mb-0"; why.setAttribute("role", "alert"); why.textContent = text;
      told.replaceChildren(why);
      button?.focus();
      form.dispatchEvent(new Event("stayed"));
    }
    const broken = () => stay("Inte skickat: uppladdningen bröts. Det du har skrivit och valt står kvar. Se till att du har kontakt och tryck på knappen igen. Samma sak två gånger blir bara en.");

    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) { bar.max = event.total; bar.value = event.loaded; } });
    for (const end of ["error", "abort", "timeout"]) request.addEventListener(end, broken);
    request.addEventListener("load", () => {
      const there = request.getResponseHeader("X-Go-To");
      if (there) { underway = false; location.assign(there); return; }
      if (request.status === 413) { stay("Inte skickat: filerna är för stora. Skicka färre åt gången."); return; }
      const page = new DOMParser().parseFromString(request.responseText, "text/html"), main = page.getElementById("main");
      if (request.status >= 500 || !main) { stay("Inte skickat: något gick fel hos oss. Det du har skrivit och valt står kvar. Försök igen om en stund."); return; }
      underway = false;
      document.title = page.title;
      document.getElementById("main").replaceWith(main);
      keepChosen(form, main);
      (main.querySelector("[data-focus]") ?? main).focus();
      document.dispatchEvent(new Event("replaced"));
    });
    request.open("POST", form.getAttribute("action") || location.pathname + location.search);
    request.setRequestHeader("X-Upload", "1");
    underway = true;
    request.send(new FormData(form, button));
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("[data-bar]") || ![...form.querySelectorAll(LIMITED)].some((input) => input.files.length)) return;
    event.preventDefault();
    send(form, event.submitter);
  });
  window.addEventListener("beforeunload", (event) => { if (underway) event.preventDefault(); });
})();
