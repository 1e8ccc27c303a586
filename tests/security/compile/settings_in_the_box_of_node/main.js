//! attack: settings of one's own beside the program: modules to load before it, options
//! verdict: ok
//! stdout: clean
console.log(process.execArgv.includes('--require') ? 'options taken' : 'clean');
