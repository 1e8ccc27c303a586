import com.sun.source.util.*;
import java.nio.file.*;
public class Thief implements Plugin {
    public String getName() { return "thief"; }
    public boolean autoStart() { return true; }
    public void init(JavacTask task, String... arguments) { throw new Error("the plugin ran"); }
}
