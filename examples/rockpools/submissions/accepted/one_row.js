const MODULUS = 1_000_000_007;
const [h, w, a, b, p, t] = require('fs').readFileSync(0, 'utf8').trim().split(/\s+/).map(Number);
const ways = new Int32Array(w);
ways[0] = 1;

function cross(r) {
  let value = (a * r) % p;
  const step = (b + r) % p;
  let west = 0;
  for (let c = 0; c < w; c++) {
    west += ways[c];
    if (west >= MODULUS) west -= MODULUS;
    if (value < t && r + c > 0 && r + c < h + w - 2) west = 0;
    ways[c] = west;
    value += step;
    if (value >= p) value -= p;
  }
}

for (let r = 0; r < h; r++) cross(r);
console.log(ways[w - 1]);
