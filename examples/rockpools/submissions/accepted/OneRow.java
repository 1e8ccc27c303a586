import java.util.Scanner;

public class OneRow {
    private static final int MODULUS = 1_000_000_007;

    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int h = in.nextInt();
        int w = in.nextInt();
        int a = in.nextInt();
        int b = in.nextInt();
        int p = in.nextInt();
        int t = in.nextInt();
        int[] ways = new int[w];
        ways[0] = 1;
        for (int r = 0; r < h; r++) {
            cross(ways, r, a * r % p, (b + r) % p, p, t, h + w - 2);
        }
        System.out.println(ways[w - 1]);
    }

    private static void cross(int[] ways, int r, int firstValue, int step, int p, int t, int lastDiagonal) {
        int value = firstValue;
        int west = 0;
        for (int c = 0; c < ways.length; c++) {
            west -= MODULUS - ways[c]; // below zero, so that the sum never leaves 32 bits
            if (west < 0) {
                west += MODULUS;
            }
            if (value < t && r + c > 0 && r + c < lastDiagonal) {
                west = 0;
            }
            ways[c] = west;
            value += step;
            if (value >= p) {
                value -= p;
            }
        }
    }
}
