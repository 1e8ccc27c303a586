import java.nio.file.*;
import java.util.Set;
import javax.annotation.processing.*;
import javax.lang.model.element.TypeElement;
@SupportedAnnotationTypes("*")
public class Thief extends AbstractProcessor {
    static { try { Files.writeString(Path.of("/box/stolen"), "x"); } catch (Exception e) { throw new Error(e); } }
    public boolean process(Set<? extends TypeElement> types, RoundEnvironment round) { return false; }
}
