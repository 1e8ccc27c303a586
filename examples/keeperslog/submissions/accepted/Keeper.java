import java.util.Scanner;

public class Keeper {
    public static void main(String[] args) {
        int n = new Scanner(System.in).nextInt();
        StringBuilder log = new StringBuilder();
        for (int step = 1; step < 1 << n; step++) {
            int shutter = Integer.numberOfTrailingZeros(step) + 1;
            int open = Integer.bitCount(step ^ step >> 1);
            log.append(shutter).append(' ').append(open).append('\n');
        }
        System.out.print(log);
    }
}
