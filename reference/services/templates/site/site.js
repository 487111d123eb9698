const api = "{{ product.api_url }}";
fetch(`${api}/health`).then((answer) => answer.json()).then((health) => {
  const place = document.getElementById("status");
  if (place) place.textContent = `Service status: ${health.status}`;
}).catch(() => {});
