// Searches and sorts the rows that are there. Whatever it needs it reads from the page.
(() => {
  const byId = id => document.getElementById(id);
  const rows = byId("rows");
  if (!rows) return;
  const all = [...rows.children].map((row, order) => ({row, order}));
  const tools = byId("tools"), find = byId("find"), sort = byId("sort"), open = byId("all");
  const facts = each => {
    if (each.text === undefined) {
      const name = each.row.querySelector(".name");
      each.name = [...name.querySelectorAll("bdi")].map(part => part.textContent).join("");
      each.text = each.row.firstElementChild.textContent.toLowerCase();
      each.alerts = name.querySelectorAll("em").length;
    }
    return each;
  };
  const orders = [
    (a, b) => a.order - b.order,
    (a, b) => (facts(a).name < facts(b).name ? -1 : facts(a).name > facts(b).name ? 1 : 0),
    (a, b) => b.row.dataset.n - a.row.dataset.n,
    (a, b) => b.row.dataset.b - a.row.dataset.b,
    (a, b) => facts(b).alerts - facts(a).alerts,
  ];
  const show = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const each of all) {
      const matches = words.every(word => facts(each).text.includes(word));
      if (each.row.hidden === matches) each.row.hidden = !matches;
      count += matches;
    }
    rows.classList.toggle("flat", words.length > 0 || sort.selectedIndex > 0);
    byId("found").value = words.length ? count + " of " + all.length : "";
  };
  let waiting;
  find.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 120); });
  sort.addEventListener("change", () => {
    const order = orders[sort.selectedIndex];
    rows.append(...[...all].sort((a, b) => order(a, b) || a.order - b.order).map(each => each.row));
    show();
  });
  open.addEventListener("click", () => {
    const opens = open.textContent === "Open all";
    for (const each of all) if (!each.row.hidden) each.row.open = opens;
    open.textContent = opens ? "Close all" : "Open all";
  });
  tools.addEventListener("submit", event => event.preventDefault());
  const target = () => {
    const row = /^#p\d+$/.test(location.hash) && byId(location.hash.slice(1));
    if (!row) return;
    if (row.hidden) { find.value = ""; show(); }
    row.open = true;
    row.scrollIntoView();
    row.firstElementChild.focus({preventScroll: true});
  };
  addEventListener("hashchange", target);
  tools.hidden = false;
  target();
})();
