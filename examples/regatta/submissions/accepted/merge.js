const [n, s] = require('fs').readFileSync(0, 'utf8').trim().split(' ').map(Number);
let from = new Int32Array(n);
let to = new Int32Array(n);
for (let i = 0, speed = s; i < n; i++) {
  from[i] = speed;
  speed = (speed * 48271) % 2147483647; // below 2 ** 53, so exact
}
let toasts = 0;
for (let width = 1; width < n; width *= 2) {
  for (let low = 0; low < n; low += 2 * width) {
    const middle = Math.min(low + width, n);
    const high = Math.min(low + 2 * width, n);
    let left = low;
    let right = middle;
    for (let i = low; i < high; i++) {
      if (right === high || (left < middle && from[left] < from[right])) {
        to[i] = from[left++];
      } else {
        to[i] = from[right++];
        toasts += left - low;
      }
    }
  }
  [from, to] = [to, from];
}
console.log(toasts);
