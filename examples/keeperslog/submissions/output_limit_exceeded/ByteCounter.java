import java.io.PrintWriter;
import java.util.Scanner;

/** A byte goes from 127 to -128, which is less than any number of steps. */
public class ByteCounter {
    public static void main(String[] args) {
        int n = new Scanner(System.in).nextInt();
        PrintWriter log = new PrintWriter(System.out);
        for (byte step = 1; step < 1 << n; step++) {
            log.println((Integer.numberOfTrailingZeros(step) + 1) + " " + Integer.bitCount(step ^ step >> 1));
        }
        log.flush();
    }
}
