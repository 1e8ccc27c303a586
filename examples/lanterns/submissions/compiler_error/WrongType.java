public class WrongType {
    public static void main(String[] args) {
        int total = "as many as there are";
        System.out.println(total);
    }
}
