//! attack: an annotation processor, which javac executes, announced by a file beside it; none is
//! verdict: ok
//! stdout: clean
import java.nio.file.*;
public class Main {
    public static void main(String[] arguments) {
        System.out.println(Files.exists(Path.of("/box/stolen")) ? "a processor ran" : "clean");
    }
}
