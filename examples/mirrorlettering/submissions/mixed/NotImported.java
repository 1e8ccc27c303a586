// @EXPECTED_RESULTS@: COMPILER-ERROR
// The folder says nothing about the verdict, the line above does.
public class NotImported {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        System.out.println(in.nextLine());
    }
}
