package duet.bench.latency;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives a rate that latency is measured at.
 *
 * @param share of the limit; null for a fixed rate
 * @param perSecond windows a second
 */
record LatencyRate(@Nullable Double share, double perSecond) {
    private static final List<Double> SHARES = List.of(0.1, 0.5, 0.8);

    /**
     * Returns the fixed rate, and shares of the limit.
     *
     * @param limit windows a second that are answered at most
     */
    static List<LatencyRate> upTo(double limit) {
        List<LatencyRate> rates = new ArrayList<>();
        rates.add(new LatencyRate(null, LatencyBench.FIXED_RATE));
        SHARES.forEach(share -> rates.add(new LatencyRate(share, share * limit)));
        return rates;
    }
}
