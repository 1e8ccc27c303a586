//! attack: settings of one's own where the JVM starts
//! verdict: ok
//! stdout: clean
public class Main {
    public static void main(String[] arguments) { System.out.println("clean"); }
}
