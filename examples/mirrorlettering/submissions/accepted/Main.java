import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

public class Main {
    public static void main(String[] args) throws IOException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        int n = Integer.parseInt(in.readLine());
        for (int i = 0; i < n; i++) {
            // StringBuilder.reverse keeps surrogate pairs together.
            out.print(new StringBuilder(in.readLine()).reverse().append('\n'));
        }
        out.flush();
    }
}
