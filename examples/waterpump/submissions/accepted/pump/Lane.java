final class Lane {
    private final double[] xs;
    private final double[] ys;
    private int houses;

    Lane(int housesMax) {
        xs = new double[housesMax];
        ys = new double[housesMax];
    }

    void addHouse(int x, int y) {
        xs[houses] = x;
        ys[houses] = y;
        houses++;
    }

    double shortestPipeM() {
        double west = -10_000;
        double east = 10_000;
        for (int step = 0; step < 80; step++) {
            double third = (east - west) / 3;
            if (pipeM(west + third) < pipeM(east - third)) {
                east -= third;
            } else {
                west += third;
            }
        }
        return pipeM(west);
    }

    private double pipeM(double place) {
        double total = 0;
        for (int i = 0; i < houses; i++) {
            total += Math.sqrt((xs[i] - place) * (xs[i] - place) + ys[i] * ys[i]);
        }
        return total;
    }
}
