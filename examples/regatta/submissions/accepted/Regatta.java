import java.util.Arrays;
import java.util.Scanner;

/** Sorts the speeds, and counts with a Fenwick tree over their ranks. */
public class Regatta {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int n = in.nextInt();
        long speed = in.nextLong();
        // Speed above, number of the boat below: sorting the longs sorts the boats.
        long[] boats = new long[n];
        for (int i = 0; i < n; i++) {
            boats[i] = speed << 32 | i;
            speed = speed * 48271 % 2147483647;
        }
        Arrays.sort(boats);
        int[] tree = new int[n + 1];
        long toasts = 0;
        for (long entry : boats) { // from the slowest to the fastest
            int boat = (int) entry + 1;
            for (int i = boat; i > 0; i -= i & -i) {
                toasts += tree[i];
            }
            for (int i = boat; i <= n; i += i & -i) {
                tree[i]++;
            }
        }
        System.out.println(toasts);
    }
}
