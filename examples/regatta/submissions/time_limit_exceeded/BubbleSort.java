import java.util.Scanner;

/** Each swap of a bubble sort is one boat passing another; there are too many of them. */
public class BubbleSort {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int[] speeds = new int[in.nextInt()];
        long speed = in.nextLong();
        for (int i = 0; i < speeds.length; i++) {
            speeds[i] = (int) speed;
            speed = speed * 48271 % 2147483647;
        }
        long toasts = 0;
        for (boolean swapped = true; swapped; ) {
            swapped = false;
            for (int i = 1; i < speeds.length; i++) {
                if (speeds[i - 1] < speeds[i]) {
                    int faster = speeds[i];
                    speeds[i] = speeds[i - 1];
                    speeds[i - 1] = faster;
                    toasts++;
                    swapped = true;
                }
            }
        }
        System.out.println(toasts);
    }
}
