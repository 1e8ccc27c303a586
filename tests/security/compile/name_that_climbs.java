//! attack: names of classes as places to write to: where the compiler writes is below its folder
//! verdict: CE
package ..........tmp;
public class Main { public static void main(String[] arguments) {} }
