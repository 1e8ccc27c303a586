//! attack: another kind of module by a file beside it, so that the check and the run read it differently
//! verdict: ok
//! stdout: clean
console.log("clean");
export {};
