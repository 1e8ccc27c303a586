import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Arrays;

/** The judge finds the class with main by itself; it need not be called Main. */
public class Lamplighter {
    public static void main(String[] args) throws IOException {
        var in = new BufferedReader(new InputStreamReader(System.in));
        in.readLine();
        System.out.println(Arrays.stream(in.readLine().split(" ")).mapToLong(Long::parseLong).sum());
    }
}
