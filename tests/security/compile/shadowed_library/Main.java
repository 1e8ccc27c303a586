//! attack: replace the runtime's own classes and have javac trust them
//! verdict: CE
public class Main {
    public static void main(String[] arguments) { System.out.println("x"); }
}
