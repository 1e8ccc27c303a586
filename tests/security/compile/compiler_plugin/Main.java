//! attack: a plugin of javac, announced by a file beside it: javac looks for it, and there is only its source
//! verdict: CE
//! says: Thief
public class Main {
    public static void main(String[] arguments) { System.out.println("clean"); }
}
