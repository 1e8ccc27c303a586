import java.util.Scanner;

/** Has room for a hundred lanterns: an uncaught exception on a longer pier. */
public class ShortPier {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int n = in.nextInt();
        long[] drops = new long[100];
        long total = 0;
        for (int i = 0; i < n; i++) {
            drops[i] = in.nextLong();
            total += drops[i];
        }
        System.out.println(total);
    }
}
