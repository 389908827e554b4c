// The start link carries its token behind the `#`, which no server sees: it is taken out of the address and posted.
"use strict";

const carried = () => new URLSearchParams(location.hash.slice(1)).get("start");
const token = carried();
const form = document.getElementById("with-link");

addEventListener("hashchange", () => { if (carried()) location.reload(); }); // the link put into an open page
if (token) {
  history.replaceState(null, "", location.pathname + location.search);
  form.elements.start.value = token;
  form.submit();
} else if (!document.getElementById("why")) {
  // Who follows a link from elsewhere comes without the cookie (SameSite=Strict), also when signed in.
  const next = form.elements.next.value;
  fetch(next, { method: "HEAD", redirect: "manual" })
    .then((answer) => { if (answer.ok) location.replace(next); })
    .catch(() => {});
}
