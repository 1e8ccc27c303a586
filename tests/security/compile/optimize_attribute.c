//! attack: options of the compiler from inside the source; a plugin is not among them
//! verdict: CE
#pragma GCC optimize ("-fplugin=/box/plugin.so")
#pragma GCC target ("plugin=/box/plugin.so")
__attribute__((optimize("-fplugin=/box/plugin.so", "-wrapper,/box/as"))) int main(void) { return 0; }
