package duet.simulator.dashboard;

import duet.simulator.fleet.account.DeviceLens;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.util.Deque;
import java.util.Optional;

/** Answers questions about a run. */
final class RunQueries {
    private static final int MOST_DEVICES = 200;
    private static final int LONGEST_TEXT = 100;

    private final LiveRun run;

    RunQueries(LiveRun run) {
        this.run = run;
    }

    void header(HttpServerExchange exchange) {
        answer(exchange, run.header());
    }

    /** Answers with the devices whose id contains the parameter {@code search}, at most 200. */
    void devices(HttpServerExchange exchange) {
        Deque<String> search = exchange.getQueryParameters().get("search");
        String text = search == null ? "" : search.getFirst();
        if (text.length() > LONGEST_TEXT) {
            refuse(exchange, StatusCodes.BAD_REQUEST);
            return;
        }
        answer(exchange, run.devices(text, MOST_DEVICES));
    }

    /** Answers with the device whose id is the rest of the path. */
    void lens(HttpServerExchange exchange) {
        String id = exchange.getRelativePath().substring(1);
        Optional<DeviceLens> lens = id.length() > LONGEST_TEXT ? Optional.empty() : run.lens(id);
        if (lens.isEmpty()) {
            refuse(exchange, StatusCodes.NOT_FOUND);
            return;
        }
        answer(exchange, lens.get());
    }

    private static void refuse(HttpServerExchange exchange, int status) {
        exchange.setStatusCode(status);
        exchange.endExchange();
    }

    private static void answer(HttpServerExchange exchange, Object value) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
        exchange.getResponseSender().send(LiveJson.of(value));
    }
}
