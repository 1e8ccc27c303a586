import java.util.Scanner;

/** A program of two classes in two files. */
public class Main {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int n = in.nextInt();
        Lane lane = new Lane(n);
        for (int i = 0; i < n; i++) {
            lane.addHouse(in.nextInt(), in.nextInt());
        }
        System.out.println(lane.shortestPipeM());
    }
}
