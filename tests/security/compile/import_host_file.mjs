//! attack: import files of the host, and programs from elsewhere
//! verdict: RTE
import stolen from "@HOST_FILE@";
console.log(stolen);
