// "| 0" makes a 32-bit integer of any number, and of a sum that was right until then.
const [, ...drops] = require('fs').readFileSync(0, 'utf8').trim().split(/\s+/).map(Number);
console.log(drops.reduce((total, x) => (total + x) | 0, 0));
