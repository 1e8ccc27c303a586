import java.util.Scanner;

/** Counts the toasts in an int: fine for a thousand boats, nonsense for a hundred thousand. */
public class Overflow {
    private static int[] spare;

    private static int sortAndCount(int[] speeds, int low, int high) {
        if (high - low < 2) {
            return 0;
        }
        int middle = (low + high) >>> 1;
        int toasts = sortAndCount(speeds, low, middle) + sortAndCount(speeds, middle, high);
        int left = low;
        int right = middle;
        for (int i = low; i < high; i++) {
            if (right == high || left < middle && speeds[left] < speeds[right]) {
                spare[i] = speeds[left++];
            } else {
                spare[i] = speeds[right++];
                toasts += left - low;
            }
        }
        System.arraycopy(spare, low, speeds, low, high - low);
        return toasts;
    }

    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int[] speeds = new int[in.nextInt()];
        long speed = in.nextLong();
        for (int i = 0; i < speeds.length; i++) {
            speeds[i] = (int) speed;
            speed = speed * 48271 % 2147483647;
        }
        spare = new int[speeds.length];
        System.out.println(sortAndCount(speeds, 0, speeds.length));
    }
}
