// What is typed on an organisation's own pages is kept on the server until it is sent; without this file only the button sends.
(() => {
  let login, pages;

  // Logged in again in another window, the page may go on with the mark that it has there.
  async function renewed() {
    const response = await fetch(location.pathname);
    const there = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("form[data-typed] [name=csrfmiddlewaretoken]");
    if (there) for (const one of document.querySelectorAll("[name=csrfmiddlewaretoken]")) one.value = there.value;
    return Boolean(there);
  }

  function keep(form) {
    const body = () => {
      const found = new FormData(form);
      for (const [name, value] of [...found]) if (value instanceof File) found.delete(name);
      found.append("typed", "1"); // or it would be sent
      return found;
    };
    const page = savesItself(form, {
      told: form.querySelector("[data-saved]"),
      body,
      async read(response) {
        if (response.status === 403 && await renewed()) response = await fetch(location.pathname, { method: "POST", body: body() });
        login.hidden = response.status !== 403;
        if (response.ok) return response.json();
        if (response.status === 403) return { fault: "Du har loggats ut. Texten står kvar här.", again: true };
        if (response.status === 404) return { over: "Sidan finns inte längre för dig. Texten står kvar här. Kopiera den innan du lämnar sidan." };
        if (response.status === 400 || response.status === 413) return { fault: "Det blev för mycket text. Korta den, eller bifoga den som en fil." };
        return null;
      },
    });
    pages.push(page);
    form.addEventListener("stayed", () => { page.leaving = page.plain = false; }); // the line broke while it was sent
    form.addEventListener("submit", async (event) => {
      if (page.plain) return;
      event.preventDefault();
      event.stopPropagation();
      const answer = await page.save(); // tells, too, whether somebody is still logged in
      if (answer || page.over) { page.leaving = page.plain = true; form.requestSubmit(event.submitter); }
    });
  }

  // Also when a page was sent aside and came back with something to mend: it is new, and what it shows is as it was sent.
  function begin() {
    login = document.querySelector("[data-login]"); pages = [];
    if (!login) return;
    document.querySelector("[data-keeps]").hidden = false;
    document.querySelectorAll("form[data-typed]").forEach(keep);
  }
  begin();
  document.addEventListener("replaced", begin);
  window.addEventListener("focus", () => { for (const page of pages) if (page.unsaved && !login.hidden) page.save(); });
})();
